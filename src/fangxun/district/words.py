"""What a clerk may write in Chinese for the values of our enums."""

from __future__ import annotations

from fangxun.core.level import Hazard, Level
from fangxun.core.place import Datum, Measure, SiteKind

LEVELS = {
    "蓝色": Level.BLUE, "蓝": Level.BLUE, "黄色": Level.YELLOW, "黄": Level.YELLOW,
    "橙色": Level.ORANGE, "橙": Level.ORANGE, "红色": Level.RED, "红": Level.RED,
}  # fmt: skip
HAZARDS = {
    "暴雨": Hazard.RAIN, "洪水": Hazard.FLOOD, "山洪": Hazard.FLASH_FLOOD,
    "地质灾害": Hazard.GEOLOGICAL, "台风": Hazard.TYPHOON,
}  # fmt: skip
MEASURES = {"雨量": Measure.RAIN, "水位": Measure.STAGE}
SITE_KINDS = {
    "山洪沟": SiteKind.GULLY, "水库": SiteKind.RESERVOIR, "下穿通道": SiteKind.UNDERPASS,
    "边坡": SiteKind.SLOPE,
}  # fmt: skip
DATUMS = {"GCJ-02": Datum.GCJ02, "WGS-84": Datum.WGS84, "火星坐标": Datum.GCJ02}
MAKE_UP = {"HOLIDAY": False, "放假": False, "MAKEUP": True, "上班": True, "调休上班": True}
