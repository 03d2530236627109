"""What the sandbox's org has for a channel team's day: products, opportunities and cases, and the team's own objects (``…__c``).

Which fields the standard objects have, and which of them a create must bring (Opportunity: Name, StageName, CloseDate; Product2: Name), is recalled
[R]; fields that end in ``__c`` are the org's own. Orders are objects of the org's own too: an OrderItem must name a PricebookEntry when it
is created and can never change it [D], which no other system knows, and an order that is activated is locked [R].
"""

from __future__ import annotations

from .sandbox_fields import (
    HUB_ID,
    ID,
    IS_DELETED,
    STAMPS,
    Field,
    SObject,
    day,
    long_text,
    moment,
    money,
    number,
    percent,
    picklist,
    reference,
    text,
)

_REGIONS = "East South North Southwest Overseas"
_LEVELS = "Gold Silver Registered"
_HEAD = (ID, IS_DELETED)
_TAIL = (reference("OwnerId", "User", "Owner"), *STAMPS, HUB_ID)
_NAME = text("Name", 80, required=True)
_NUMBER = text("Name", 80, read_only=True)
"""An auto number; the sandbox leaves it blank."""

PRODUCT = SObject(
    "Product2",
    "Product",
    "01t",
    (
        *_HEAD,
        text("Name", 255, "Product Name", required=True),
        text("ProductCode", 255, "Product Code"),
        text("StockKeepingUnit", 180, "Product SKU"),
        text("Family", 255, "Product Family"),
        text("QuantityUnitOfMeasure", 255, "Quantity Unit Of Measure"),
        Field("IsActive", "boolean", "Active"),
        Field("Description", "textarea", "Product Description", length=4000),
        text("Brand__c", 80, "品牌"),
        text("Spec__c", 255, "规格型号"),
        money("ListPrice__c", "标准价"),
        percent("TaxRate__c", "税率"),
        day("LaunchedOn__c", "上市日期"),
        *STAMPS,
        HUB_ID,
    ),
    deletable=False,
)
OPPORTUNITY = SObject(
    "Opportunity",
    "Opportunity",
    "006",
    (
        *_HEAD,
        text("Name", 120, "Opportunity Name", required=True),
        reference("AccountId", "Account", "Account"),
        Field(
            "StageName",
            "picklist",
            "Stage",
            length=255,
            required=True,
            options=(
                "Prospecting",
                "Qualification",
                "Proposal/Price Quote",
                "Negotiation/Review",
                "Closed Won",
                "Closed Lost",
            ),
        ),
        Field("CloseDate", "date", "Close Date", required=True),
        money("Amount", "Amount"),
        percent("Probability", "Probability (%)"),
        picklist(
            "LeadSource", "Web,Phone Inquiry,Partner Referral,Trade Show,Other", "Lead Source",
            restricted=False, comma=True,
        ),
        long_text("Description", "Description"),
        text("OpportunityCode__c", 60, "商机编号", external_id=True),
        text("EndCustomer__c", 255, "最终客户"),
        reference("Contact__c", "Contact", "Contact__r", "联系人"),
        reference("Product__c", "Product2", "Product__r", "意向产品"),
        text("LostReason__c", 255, "输单原因"),
        *_TAIL,
    ),
)  # fmt: skip
CASE = SObject(
    "Case",
    "Case",
    "500",
    (
        *_HEAD,
        text("CaseNumber", 30, "Case Number", read_only=True),
        text("Subject", 255, "Subject"),
        picklist("Type", "Question Repair Exchange Return Complaint Other", "Case Type", restricted=False),
        picklist("Priority", "Low Medium High Urgent", "Priority", restricted=False),
        picklist("Status", "New,Working,On Hold,Solved,Closed", "Status", restricted=False, comma=True),
        reference("AccountId", "Account", "Account"),
        reference("ContactId", "Contact", "Contact"),
        long_text("Description", "Description"),
        text("TicketCode__c", 60, "工单编号", external_id=True),
        reference("Product__c", "Product2", "Product__r", "产品"),
        reference("Order__c", "ChannelOrder__c", "Order__r", "购买订单"),
        text("SerialNo__c", 60, "产品序列号"),
        moment("OpenedAt__c", "受理时间"),
        moment("ClosedAt__c", "关闭时间"),
        long_text("Resolution__c", "处理结果"),
        *_TAIL,
    ),
)
PRICE_LEVEL = SObject(
    "PriceLevel__c",
    "价格等级",
    "a00",
    (
        *_HEAD,
        _NAME,
        text("Code__c", 60, "价格编码", external_id=True),
        picklist("Level__c", _LEVELS, "渠道等级"),
        reference("Product__c", "Product2", "Product__r", "产品"),
        money("Price__c", "渠道价"),
        percent("Discount__c", "折扣率"),
        number("MinQuantity__c", 12, 2, "起订量"),
        day("StartsOn__c", "生效日期"),
        day("EndsOn__c", "失效日期"),
        Field("IsActive__c", "boolean", "启用"),
        long_text("Note__c", "备注"),
        *_TAIL,
    ),
)
POLICY = SObject(
    "ChannelPolicy__c",
    "渠道政策",
    "a01",
    (
        *_HEAD,
        _NAME,
        text("Code__c", 60, "政策编号", external_id=True),
        picklist(
            "Kind__c", "Rebate,Price Protection,Samples,Territory,Training,Other", "政策类型", comma=True
        ),
        picklist("Level__c", _LEVELS, "适用等级"),
        picklist("Region__c", _REGIONS, "适用区域"),
        percent("RebateRate__c", "返利比例"),
        day("StartsOn__c", "生效日期"),
        day("EndsOn__c", "失效日期"),
        picklist("Status__c", "Draft Active Ended", "政策状态"),
        long_text("Content__c", "政策内容"),
        long_text("Note__c", "备注"),
        *_TAIL,
    ),
)
PROMOTION = SObject(
    "Promotion__c",
    "促销活动",
    "a02",
    (
        *_HEAD,
        _NAME,
        text("Code__c", 60, "活动编号", external_id=True),
        picklist("Kind__c", "Discount,Gift,Cash Back,Bundle,Event,Other", "活动类型", comma=True),
        reference("Product__c", "Product2", "Product__r", "促销产品"),
        reference("Policy__c", "ChannelPolicy__c", "Policy__r", "依据政策"),
        picklist("Region__c", _REGIONS, "活动区域"),
        percent("Discount__c", "折扣率"),
        money("Budget__c", "预算"),
        day("StartsOn__c", "开始日期"),
        day("EndsOn__c", "结束日期"),
        picklist("Status__c", "Planned Running Ended Cancelled", "活动状态"),
        long_text("Content__c", "活动内容"),
        long_text("Note__c", "备注"),
        *_TAIL,
    ),
)
ORDER = SObject(
    "ChannelOrder__c",
    "渠道订单",
    "a03",
    (
        *_HEAD,
        _NAME,
        reference("Partner__c", "Account", "Partner__r", "渠道伙伴", required=True),
        reference("Opportunity__c", "Opportunity", "Opportunity__r", "来源商机"),
        reference("Promotion__c", "Promotion__c", "Promotion__r", "促销活动"),
        day("OrderedOn__c", "下单日期"),
        day("DeliverOn__c", "交货日期"),
        picklist("Status__c", "Draft Confirmed Shipped Done Cancelled", "订单状态"),
        money("Amount__c", "订单金额"),
        text("Receiver__c", 80, "收货人"),
        Field("ReceiverPhone__c", "phone", "收货电话", length=40),
        text("DeliveryAddress__c", 255, "收货地址"),
        long_text("Note__c", "备注"),
        *_TAIL,
    ),
)
ORDER_LINE = SObject(
    "ChannelOrderLine__c",
    "渠道订单明细",
    "a04",
    (
        *_HEAD,
        _NUMBER,
        reference("Order__c", "ChannelOrder__c", "Order__r", "所属订单", required=True),
        number("LineNo__c", 4, 0, "行号"),
        reference("Product__c", "Product2", "Product__r", "产品"),
        number("Quantity__c", 14, 4, "数量"),
        text("Unit__c", 20, "计量单位"),
        money("Price__c", "单价"),
        percent("Discount__c", "折扣率"),
        money("Amount__c", "行金额"),
        day("DeliverOn__c", "交货日期"),
        long_text("Note__c", "备注"),
        *STAMPS,
        HUB_ID,
    ),
)
PAYMENT = SObject(
    "Payment__c",
    "回款",
    "a05",
    (
        *_HEAD,
        _NAME,
        reference("Partner__c", "Account", "Partner__r", "渠道伙伴", required=True),
        reference("Order__c", "ChannelOrder__c", "Order__r", "对应订单"),
        day("PaidOn__c", "回款日期"),
        money("Amount__c", "回款金额"),
        picklist("Method__c", "Transfer Bill Cash Online Other", "回款方式"),
        picklist("Status__c", "Pending Received Void", "回款状态"),
        text("Payer__c", 255, "付款方"),
        long_text("Note__c", "备注"),
        *_TAIL,
    ),
)
FOLLOW_UP = SObject(
    "FollowUp__c",
    "跟进记录",
    "a06",
    (
        *_HEAD,
        _NUMBER,
        text("Code__c", 60, "跟进编号", external_id=True),
        text("Subject__c", 255, "跟进主题", required=True),
        picklist("Kind__c", "Visit Call Meeting Message Email Training Other", "跟进方式"),
        reference("Partner__c", "Account", "Partner__r", "渠道伙伴"),
        reference("Contact__c", "Contact", "Contact__r", "联系人"),
        reference("Opportunity__c", "Opportunity", "Opportunity__r", "相关商机"),
        moment("HappenedAt__c", "跟进时间"),
        long_text("Content__c", "跟进内容"),
        text("NextStep__c", 255, "下一步"),
        day("NextOn__c", "下次跟进日期"),
        *_TAIL,
    ),
)

CHANNEL_OBJECTS = (
    PRODUCT,
    OPPORTUNITY,
    CASE,
    PRICE_LEVEL,
    POLICY,
    PROMOTION,
    ORDER,
    ORDER_LINE,
    PAYMENT,
    FOLLOW_UP,
)
