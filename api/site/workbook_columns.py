"""The sheets and columns of the site file as a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kit.datum import Datum
from stations.assets.points import PHASES


class Cell(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the key that its values have in a site file, and what to write.

    ``words`` are the Chinese words for the codes of a choice.
    """

    heading: str
    key: str
    cell: Cell = Cell.TEXT
    note: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, and the list of a site file that its rows go to."""

    title: str
    kind: str
    columns: tuple[Column, ...]


FLAG_WORDS = {"是": True, "否": False}

_ZONES = {"市区": "city", "郊区": "suburb"}
_KINDS = {
    "水泵": "pump", "水箱": "tank", "分区": "zone", "进水": "inlet", "水井": "well",
    "仪表": "meter", "电柜": "cabinet", "水质仪": "analyser", "集水坑": "sump", "泵房": "room",
}  # fmt: skip
_ALARMS = {"上限": "high", "下限": "low", "通信中断": "silent"}
_SEVERITIES = {"严重": "critical", "一般": "warning"}

_ID = Column("编号", "id", note="小写字母、数字和连字符；编号不变")
_NAME = Column("名称", "name")
_NAME_EN = Column("英文名", "name_en", note="可不填；泵站必填")
_PLACE = (
    Column("坐标系", "datum", Cell.CHOICE, "坐标取自哪个坐标系", {str(one): one for one in Datum}),
    Column("纬度", "lat", Cell.NUMBER, "度，十进制"),
    Column("经度", "lon", Cell.NUMBER, "度，十进制"),
)
_ZONE = Column("区域", "zone", Cell.CHOICE, "到达时限按此计算", _ZONES)
_ROAD = Column("道路里程", "road_km", Cell.NUMBER, "公里，自服务处起；小区可不填")
_OFFICE = Column("服务处", "office", note="服务处编号；不填则按服务范围确定")
_STATION = Column("泵站", "station", note="泵站编号")

SHEETS = (
    Sheet(
        "服务处",
        "office",
        (
            _ID, _NAME, _NAME_EN, *_PLACE,
            Column("服务范围", "territory", note="GeoJSON 文件名，或 GeoJSON 文本；可不填"),
        ),
    ),
    Sheet(
        "小区",
        "area",
        (
            _ID, _NAME, _NAME_EN, Column("拼音首字母", "pinyin", note="可不填"),
            _ZONE, *_PLACE, _ROAD, _OFFICE,
        ),
    ),
    Sheet(
        "泵站",
        "station",
        (_ID, _NAME, _NAME_EN, Column("地址", "address"), _ZONE, *_PLACE, _ROAD, _OFFICE),
    ),
    Sheet(
        "设备",
        "equipment",
        (_STATION, _ID, Column("类型", "kind", Cell.CHOICE, "", _KINDS), _NAME, _NAME_EN),
    ),
    Sheet(
        "测点",
        "point",
        (
            _STATION,
            Column("设备", "equipment", note="设备编号"),
            Column("键名", "key", note="泵站报文中的名称，如 p1.current.l1"),
            Column("测量量", "quantity", note="见“测量量”表；与键名相同时可不填"),
            Column("相别", "phase", Cell.CHOICE, "可不填", {one: one for one in PHASES}),
            Column("位置", "position", note="可不填"),
            Column("单位", "unit", note="泵站所发数值的单位（UCUM）；与测量量相同时可不填"),
            Column("系数", "scale", Cell.NUMBER, "可不填"),
            Column("偏移", "offset", Cell.NUMBER, "可不填"),
            Column("最小值", "lowest", Cell.NUMBER, "可不填"),
            Column("最大值", "highest", Cell.NUMBER, "可不填"),
            Column("小数位", "decimals", Cell.NUMBER, "可不填"),
            Column("归零值", "roll_over", Cell.NUMBER, "只用于累计量；可不填"),
        ),
    ),
    Sheet(
        "报警",
        "alarm",
        (
            _STATION,
            Column("测点", "point", note="测点键名；通信中断不填"),
            Column("类型", "kind", Cell.CHOICE, "", _ALARMS),
            Column("级别", "severity", Cell.CHOICE, "不填为一般", _SEVERITIES),
            Column("限值", "limit", Cell.NUMBER),
            Column("单位", "unit", note="限值的单位，应与测量量相同；可不填"),
            Column("回差", "deadband", Cell.NUMBER, "可不填"),
            Column("报警延时", "on_delay_s", Cell.NUMBER, "秒；可不填"),
            Column("恢复延时", "off_delay_s", Cell.NUMBER, "秒；可不填"),
            Column("无数据时长", "after_s", Cell.NUMBER, "秒；只用于通信中断"),
            Column("需现场处理", "needs_hands", Cell.FLAG, "是：自动生成任务单；不填为否"),
            Column("锁存", "latch", Cell.FLAG, "不填为是"),
            Column("编号", "id", note="同一测点有两条同类报警时才需填写"),
        ),
    ),
)  # fmt: skip
"""Every sheet that is read; others are for the reader."""

PARENTS = {"equipment": ("station",), "point": ("station", "equipment"), "alarm": ("station",)}
"""The columns of a sheet that say to what a row belongs."""
