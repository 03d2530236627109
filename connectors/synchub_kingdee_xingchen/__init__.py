"""金蝶云星辰 (Kingdee Cloud Xingchen, JDY v2) for synchub."""

from synchub.sdk import register

from .connector import KingdeeXingchen
from .messages import MESSAGES
from .sandbox import XingchenSandbox
from .settings import XingchenSettings

register(MESSAGES)

__all__ = ["KingdeeXingchen", "XingchenSandbox", "XingchenSettings"]
