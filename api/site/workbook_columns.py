"""The sheets and columns of the site file as a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kit.datum import Datum
from stations.assets.points import PHASES


class CellKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    FLAG = "flag"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its heading, the key that its values have in a site file, and what to write.

    ``words`` are the Chinese words for the codes of a choice.
    """

    heading: str
    key: str
    cell: CellKind = CellKind.TEXT
    note: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, and the list of a site file that its rows go to."""

    title: str
    kind: str
    columns: tuple[SheetColumn, ...]


FLAG_WORDS = {"是": True, "否": False}

_ZONES = {"市内": "city", "郊区": "suburb"}
_KINDS = {
    "水泵": "pump", "水箱": "tank", "分区": "zone", "进水": "inlet", "水井": "well",
    "仪表": "meter", "电柜": "cabinet", "水质仪": "analyser", "集水坑": "sump", "泵房": "room",
}  # fmt: skip
_ALARMS = {"上限": "high", "下限": "low", "通信中断": "silent"}
_SEVERITIES = {"严重": "critical", "一般": "warning"}

_ID = SheetColumn("编号", "id", note="小写字母、数字和连字符；编号不变")
_NAME = SheetColumn("名称", "name")
_NAME_EN = SheetColumn("英文名", "name_en", note="可不填；泵站必填")
_PLACE = (
    SheetColumn(
        "坐标系", "datum", CellKind.CHOICE, "坐标取自哪个坐标系", {str(one): one for one in Datum}
    ),
    SheetColumn("纬度", "lat", CellKind.NUMBER, "度，十进制"),
    SheetColumn("经度", "lon", CellKind.NUMBER, "度，十进制"),
)
_ZONE = SheetColumn("区域", "zone", CellKind.CHOICE, "到达时限按此计算", _ZONES)
_ROAD = SheetColumn("道路里程", "road_km", CellKind.NUMBER, "公里，自服务处起；小区可不填")
_OFFICE = SheetColumn("服务处", "office", note="服务处编号；不填则按服务范围确定")
_STATION = SheetColumn("泵站", "station", note="泵站编号")

SHEETS = (
    Sheet(
        "服务处",
        "office",
        (
            _ID, _NAME, _NAME_EN, *_PLACE,
            SheetColumn("服务范围", "territory", note="GeoJSON 文件名，或 GeoJSON 文本；可不填"),
        ),
    ),
    Sheet(
        "小区",
        "area",
        (
            _ID, _NAME, _NAME_EN, SheetColumn("拼音首字母", "pinyin", note="可不填"),
            _ZONE, *_PLACE, _ROAD, _OFFICE,
        ),
    ),
    Sheet(
        "泵站",
        "station",
        (_ID, _NAME, _NAME_EN, SheetColumn("地址", "address"), _ZONE, *_PLACE, _ROAD, _OFFICE),
    ),
    Sheet(
        "设备",
        "equipment",
        (_STATION, _ID, SheetColumn("类型", "kind", CellKind.CHOICE, "", _KINDS), _NAME, _NAME_EN),
    ),
    Sheet(
        "测点",
        "point",
        (
            _STATION,
            SheetColumn("设备", "equipment", note="设备编号"),
            SheetColumn("键名", "key", note="泵站报文中的名称，如 p1.current.l1"),
            SheetColumn("测量量", "quantity", note="见“测量量”表；与键名相同时可不填"),
            SheetColumn("相别", "phase", CellKind.CHOICE, "可不填", {one: one for one in PHASES}),
            SheetColumn("位置", "position", note="可不填"),
            SheetColumn("单位", "unit", note="泵站所发数值的单位（UCUM）；与测量量相同时可不填"),
            SheetColumn("系数", "scale", CellKind.NUMBER, "可不填"),
            SheetColumn("偏移", "offset", CellKind.NUMBER, "可不填"),
            SheetColumn("最小值", "lowest", CellKind.NUMBER, "可不填"),
            SheetColumn("最大值", "highest", CellKind.NUMBER, "可不填"),
            SheetColumn("小数位", "decimals", CellKind.NUMBER, "可不填"),
            SheetColumn("归零值", "roll_over", CellKind.NUMBER, "只用于累计量；可不填"),
        ),
    ),
    Sheet(
        "报警",
        "alarm",
        (
            _STATION,
            SheetColumn("测点", "point", note="测点键名；通信中断不填"),
            SheetColumn("类型", "kind", CellKind.CHOICE, "", _ALARMS),
            SheetColumn("级别", "severity", CellKind.CHOICE, "不填为一般", _SEVERITIES),
            SheetColumn("限值", "limit", CellKind.NUMBER),
            SheetColumn("单位", "unit", note="限值的单位，应与测量量相同；可不填"),
            SheetColumn("回差", "deadband", CellKind.NUMBER, "可不填"),
            SheetColumn("报警延时", "on_delay_s", CellKind.NUMBER, "秒；可不填"),
            SheetColumn("恢复延时", "off_delay_s", CellKind.NUMBER, "秒；可不填"),
            SheetColumn("无数据时长", "after_s", CellKind.NUMBER, "秒；只用于通信中断"),
            SheetColumn("需现场处理", "needs_hands", CellKind.FLAG, "是：自动生成任务单；不填为否"),
            SheetColumn("锁存", "latch", CellKind.FLAG, "不填为是"),
            SheetColumn("编号", "id", note="同一测点有两条同类报警时才需填写"),
        ),
    ),
)  # fmt: skip
"""Every sheet that is read; others are for the reader."""

PARENTS = {"equipment": ("station",), "point": ("station", "equipment"), "alarm": ("station",)}
"""The columns of a sheet that say to what a row belongs."""
