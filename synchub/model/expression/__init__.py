"""The small expression language of rules: literals, field names, ``and or not``, comparison, ``+ - * /`` and ``in``.

Total and bounded: no loops, no calls, no access to anything but the named inputs, at most 200 parts. Every word has a Chinese form,
and full-width marks are understood. An expression is typed against the kinds of its inputs when it is compiled, once.

A missing input gives no value, and so does whatever needs it, as in SQL: ``false and missing`` is still false. A rule
without a value is fulfilled: nobody is blamed for what is not known.
"""

from synchub.model.expression.compiler import Expression, ValueType, compile_expression, compile_rule
from synchub.model.expression.syntax import ExpressionError

__all__ = ["Expression", "ExpressionError", "ValueType", "compile_expression", "compile_rule"]
