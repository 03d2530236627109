"""Workbooks for the tests: one laid out as Excel does it, with its quirks, and plain ones by openpyxl."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

SHEET = "渠道台账"
SHEET_PART = "xl/worksheets/sheet1.xml"
TABLE_PART = "xl/tables/table1.xml"
LIBREOFFICE = Path(__file__).parent / "fixtures" / "libreoffice.xlsx"

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    '<Override PartName="/xl/theme/theme1.xml" ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
    f'<Override PartName="/xl/tables/table1.xml" ContentType="{_TYPE}.table+xml"/>'
    f'<Override PartName="/xl/comments1.xml" ContentType="{_TYPE}.comments+xml"/>'
    f'<Override PartName="/xl/calcChain.xml" ContentType="{_TYPE}.calcChain+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    '<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>'
    "</Types>"
)


def _relations(*items: tuple[str, str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="{id}" Type="{_REL}/{kind}" Target="{target}"/>' for id, kind, target in items
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE_REL}">{rows}</Relationships>'


_WORKBOOK = (
    f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'mc:Ignorable="x15 xr" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision">'
    '<fileVersion appName="xl" lastEdited="7" lowestEdited="7" rupBuild="22228"/><workbookPr defaultThemeVersion="166925"/>'
    '<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="12150"/></bookViews>'
    f'<sheets><sheet name="{SHEET}" sheetId="1" r:id="rId1"/><sheet name="汇总" sheetId="3" state="hidden" r:id="rId2"/></sheets>'
    '<definedNames><definedName name="额度合计">汇总!$A$1</definedName></definedNames><calcPr calcId="191029"/></workbook>'
)

# 0 General, 1 text, 2 money, 3 built-in date 14, 4 East Asian date 31, 5 custom date, 6 bold header, 7 percent, 8 date and time
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" '
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
    '<numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts>'
    '<fonts count="2" x14ac:knownFonts="1"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="9">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for number, font in ((0, 0), (49, 0), (4, 0), (14, 0), (31, 0), (176, 0), (0, 1), (10, 0), (22, 0))
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles><dxfs count="1"><dxf><font><color rgb="FF9C0006"/></font></dxf></dxfs>'
    '<tableStyles count="0" defaultTableStyle="TableStyleMedium2"/></styleSheet>'
)

_STRINGS = (
    "系统编号", "渠道名称", "税号", "联系电话", "信用额度", "签约日期", "是否合作", "备注", "含税额度", "渠道台账（2026 年）",
    "P-001", "91310000MA1K35X20A", "13800138001", "是", "P-002", "Blue River Ltd", "020-88886666", "否", "西南渠道公司",
)  # fmt: skip
_SHARED = (
    f'{_XML}<sst xmlns="{_MAIN}" count="30" uniqueCount="21">'
    + "".join(f"<si><t>{text}</t></si>" for text in _STRINGS)
    + '<si><r><t>联宏</t></r><r><rPr><b/><sz val="11"/></rPr><t xml:space="preserve">科技 </t></r><r><t>公司</t></r>'
    '<rPh sb="0" eb="2"><t>リエンホン</t></rPh><phoneticPr fontId="1"/></si>'
    '<si><t xml:space="preserve">  前后空格_x000D_\n第二行  </t></si></sst>'
)

_SHEET1 = (
    f'{_XML}<worksheet xmlns="{_MAIN}" xmlns:r="{_REL}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'mc:Ignorable="x14ac xr" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xr:uid="{00000000-0001-0000-0000-000000000000}">'
    '<dimension ref="A1:I8"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="2" topLeftCell="A3" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="14.25" x14ac:dyDescent="0.2"/>'
    '<cols><col min="1" max="1" width="12.6" style="1" customWidth="1"/><col min="3" max="4" width="20" style="1" customWidth="1"/></cols>'
    "<sheetData>"
    '<row r="1" spans="1:9" ht="20" customHeight="1" x14ac:dyDescent="0.2"><c r="A1" s="6" t="s"><v>9</v></c><c r="B1" s="6"/></row>'
    '<row r="2" spans="1:9" x14ac:dyDescent="0.2">'
    + "".join(f'<c r="{letter}2" s="6" t="s"><v>{index}</v></c>' for index, letter in enumerate("ABCDEFGHI"))
    + "</row>"
    '<row r="3" spans="1:9" x14ac:dyDescent="0.2"><c r="A3" s="1" t="s"><v>10</v></c><c r="B3" t="s"><v>19</v></c>'
    '<c r="C3" s="1" t="s"><v>11</v></c><c r="D3" s="1" t="s"><v>12</v></c><c r="E3" s="2"><v>500000</v></c><c r="F3" s="5"><v>45352</v></c>'
    '<c r="G3" t="s"><v>13</v></c><c r="H3" t="s"><v>20</v></c><c r="I3" s="2"><f>E3*1.13</f><v>565000</v></c></row>'
    '<row r="4" spans="1:9" x14ac:dyDescent="0.2"><c r="A4" s="1" t="s"><v>14</v></c><c r="B4" t="s"><v>15</v></c><c r="C4" s="1"/>'
    '<c r="D4" s="1" t="s"><v>16</v></c><c r="E4" s="2"><v>120000.30000000000</v></c><c r="F4" s="4"><v>45260</v></c>'
    '<c r="G4" t="s"><v>17</v></c><c r="I4" s="2"><f>E4*1.13</f><v>135600.33900000001</v></c></row>'
    # rows and cells without references follow the ones before
    '<row><c s="1" t=\'inlineStr\'><is><t>P-003</t></is></c><c t="s"><v>18</v></c><c s="1"/><c s="1"/><c s="2"><v>0.1</v></c></row>'
    '<row r="6" spans="1:9" x14ac:dyDescent="0.2"/>'
    '<row r="8" spans="1:9" hidden="1" x14ac:dyDescent="0.2"><c r="A8" s="1" t="inlineStr"><is><t>P-008</t></is></c>'
    '<c r="B8" t="str"><f>"隐藏"&amp;"行"</f><v>隐藏行</v></c><c r="E8" s="2"><v>7</v></c><c r="I8" s="2"><f>E8*1.13</f><v>7.91</v></c></row>'
    "</sheetData>"
    '<mergeCells count="1"><mergeCell ref="A1:I1"/></mergeCells><phoneticPr fontId="1" type="noConversion"/>'
    '<conditionalFormatting sqref="E3:E8"><cfRule type="cellIs" dxfId="0" priority="1" operator="greaterThan"><formula>400000</formula></cfRule></conditionalFormatting>'
    '<dataValidations count="1"><dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="G3:G8"><formula1>"是,否"</formula1></dataValidation></dataValidations>'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><legacyDrawing r:id="rId1"/>'
    '<tableParts count="1"><tablePart r:id="rId3"/></tableParts>'
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:cfRule type="dataBar" id="{00000000-000E-0000-0000-000001000000}"><x14:dataBar minLength="0" maxLength="100">'
    '<x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/></x14:dataBar></x14:cfRule><xm:sqref>E3:E8</xm:sqref>'
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"
)

_TABLE = (
    f'{_XML}<table xmlns="{_MAIN}" id="1" name="台账" displayName="台账" ref="A2:I8" totalsRowShown="0"><autoFilter ref="A2:I8"/>'
    '<tableColumns count="9">'
    + "".join(f'<tableColumn id="{index}" name="{name}"/>' for index, name in enumerate(_STRINGS[:9], 1))
    + '</tableColumns><tableStyleInfo name="TableStyleMedium2" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>'
)

_PARTS: dict[str, str] = {
    "[Content_Types].xml": _CONTENT_TYPES,
    "_rels/.rels": _relations(
        ("rId3", "extended-properties", "docProps/app.xml"),
        ("rId2", "metadata/core-properties", "docProps/core.xml"),
        ("rId1", "officeDocument", "xl/workbook.xml"),
    ),
    "xl/workbook.xml": _WORKBOOK,
    "xl/_rels/workbook.xml.rels": _relations(
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        ("rId2", "worksheet", "/xl/worksheets/sheet2.xml"),
        ("rId3", "theme", "theme/theme1.xml"),
        ("rId4", "styles", "styles.xml"),
        ("rId5", "sharedStrings", "sharedStrings.xml"),
        ("rId6", "calcChain", "calcChain.xml"),
    ),
    SHEET_PART: _SHEET1,
    "xl/worksheets/sheet2.xml": (
        f'{_XML}<worksheet xmlns="{_MAIN}"><dimension ref="A1"/><sheetData><row r="1"><c r="A1"><f>SUM({SHEET}!E3:E8)</f><v>620007.4</v></c></row></sheetData></worksheet>'
    ),
    "xl/theme/theme1.xml": (
        f'{_XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office"><a:themeElements>'
        '<a:clrScheme name="Office"><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1></a:clrScheme></a:themeElements></a:theme>'
    ),
    "xl/styles.xml": _STYLES,
    "xl/sharedStrings.xml": _SHARED,
    "xl/worksheets/_rels/sheet1.xml.rels": _relations(
        ("rId3", "table", "../tables/table1.xml"),
        ("rId2", "comments", "../comments1.xml"),
        ("rId1", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
    ),
    TABLE_PART: _TABLE,
    "xl/comments1.xml": (
        f'{_XML}<comments xmlns="{_MAIN}"><authors><author>ops</author></authors><commentList>'
        '<comment ref="B3" authorId="0"><text><r><t>重点客户</t></r></text></comment></commentList></comments>'
    ),
    "xl/drawings/vmlDrawing1.vml": (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025">'
        '<x:ClientData ObjectType="Note"><x:Row>2</x:Row><x:Column>1</x:Column></x:ClientData></v:shape></xml>'
    ),
    "xl/calcChain.xml": f'{_XML}<calcChain xmlns="{_MAIN}"><c r="I3" i="1"/><c r="I4"/><c r="B8"/><c r="I8"/><c r="A1" i="3"/></calcChain>',
    "docProps/core.xml": (
        f'{_XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>ops</dc:creator></cp:coreProperties>'
    ),
    "docProps/app.xml": (
        f'{_XML}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Microsoft Excel</Application></Properties>'
    ),
    "customXml/item1.xml": '<?xml version="1.0"?><data xmlns="urn:example">保留</data>',
}


def excel_workbook(changes: Mapping[str, str] | None = None) -> bytes:
    """A workbook as Excel lays it out; `changes` replace whole parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in {**_PARTS, **(changes or {})}.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # as Excel dates every entry
            target.writestr(info, text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def excel_sheet(old: str, new: str) -> bytes:
    """The workbook with a piece of its first worksheet's XML replaced."""
    assert old in _SHEET1
    return excel_workbook({SHEET_PART: _SHEET1.replace(old, new, 1)})


def sheet_of_rows(rows_xml: str, *, before: str = "", after: str = "") -> bytes:
    """The workbook with these rows of XML as its first worksheet and no table."""
    sheet = f'{_XML}<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows_xml}</sheetData>{after}</worksheet>'
    return excel_workbook({SHEET_PART: sheet, "xl/worksheets/_rels/sheet1.xml.rels": _relations()})


def plain_workbook(rows: Sequence[Any], formats: Mapping[str, str] | None = None) -> bytes:
    """Rows written by openpyxl, text always as text; `formats` maps a column letter to a number format."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str) and not value.startswith("=SUM("):
                cell.data_type = "s"
    for letter, code in (formats or {}).items():
        for cell in sheet[letter][1:]:
            cell.number_format = code
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """Entry -> content, in the order of the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}
