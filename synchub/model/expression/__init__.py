"""The small expression language of rules and one-way mapping entries: literals, names, ``and or not``, comparison, ``+ - * /``, ``in``, functions.

Total and bounded: no loops, no access to anything but the named inputs, at most 200 parts, results of at most 10,000 characters. Every
word has a Chinese form, and full-width marks are understood. An expression is typed against the kinds of its inputs when it is compiled, once.

A missing input gives no value, and so does whatever needs it, as in SQL: ``false and missing`` is still false. A rule
without a value is fulfilled: nobody is blamed for what is not known.
"""

from synchub.model.expression.compiler import Expression, Inputs, compile_expression, compile_rule
from synchub.model.expression.functions import ValueType, function_keywords
from synchub.model.expression.syntax import ExpressionError

__all__ = [
    "Expression",
    "ExpressionError",
    "Inputs",
    "ValueType",
    "compile_expression",
    "compile_rule",
    "function_keywords",
]
