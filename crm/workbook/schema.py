"""The tables and columns of the workbook: the one vocabulary of files, database, core and API.

Everything that knows a table reads it here: the reader and its faults, the template, the import, the
export. Names are fixed, because customers' spreadsheets and scripts depend on them.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a cell may hold; `crm.rulebook.tables` says which dtype each becomes in a frame."""

    ID = "id"
    TEXT = "text"
    PHONES = "phones"
    DATE = "date"
    MONTH = "month"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    """One column: its fixed English name, its Chinese header, and what a cell of it must be.

    `choices` maps each fixed value to its Chinese word; `default` is what an empty cell means (None: not
    known); `refers` names the table whose key the cell holds.
    """

    name: str
    zh: str
    kind: Kind
    required: bool = False
    key: bool = False
    default: str | int | bool | None = None
    choices: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    refers: str | None = None
    help_zh: str = ""
    example: str = ""


@dataclass(frozen=True)
class Table:
    """One sheet or CSV file."""

    name: str
    zh: str
    columns: tuple[Column, ...]
    help_zh: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the columns that tell its rows apart."""
        return tuple(column.name for column in self.columns if column.key)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


def _choices(**words: str) -> MappingProxyType[str, str]:
    return MappingProxyType(words)


def _id(name: str, zh: str, refers: str | None = None, **rest: object) -> Column:
    return Column(name, zh, Kind.ID, refers=refers, **rest)  # type: ignore[arg-type]


def _key(name: str, zh: str, kind: Kind = Kind.ID, **rest: object) -> Column:
    return Column(name, zh, kind, required=True, key=True, **rest)  # type: ignore[arg-type]


ROLES = _choices(
    consultant="顾问",
    front_desk="前台接待",
    store_manager="店长",
    manager="经理",
    hr="人事",
    finance="财务",
    admin="管理员",
)
TRADES = _choices(property="房产", retail="零售", furniture="家居", auto="汽车")
ROSTER_KINDS = _choices(work="上班", rest="休息", leave="请假")
CONTACT_KINDS = _choices(call_in="来电", visit="来访", follow_up="跟进")
MEDIA = _choices(phone="电话", wechat="微信", sms="短信", in_person="面谈", other="其他")
WAIVER_REASONS = _choices(special="特殊情况", no_further_tracking="不再追踪")
UNIT_KINDS = _choices(residential="住宅", shopfront="门面", parking="车位", other="其他")
UNIT_STATUSES = _choices(
    on_sale="待售",
    withheld="销控",
    held="小订",
    subscribed="认购",
    contracted="签约",
    handed_over="交房",
    titled="已办证",
)
CASE_KINDS = _choices(
    foreign_product="销售其他公司产品",
    attribution_error="判单归属严重失误",
    attribution_fraud="判单归属舞弊",
)
SEVERITIES = _choices(serious="严重", especially_serious="情节特别严重")

STAFF = Table(
    "staff",
    "员工",
    (
        _key(
            "staff_id", "员工编号", help_zh="每位员工唯一的编号，按文本保存，前面的 0 会保留。", example="A01"
        ),
        Column("name", "姓名", Kind.TEXT, required=True, help_zh="员工姓名。", example="王芳"),
        _id(
            "person_id",
            "人员编号",
            help_zh="同一个人离职后再入职时，新旧两行填同一个人员编号；从未离职可不填。",
            example="P0007",
        ),
        Column("role", "角色", Kind.CHOICE, True, choices=ROLES, help_zh="在系统中的角色。", example="顾问"),
        Column("project", "项目", Kind.TEXT, True, help_zh="所属项目、门店或车间。", example="滨江壹号"),
        Column("trade", "行业", Kind.CHOICE, True, choices=TRADES, help_zh="所从事的行业。", example="房产"),
        Column("hired_on", "入职日期", Kind.DATE, True, help_zh="入职第一天。", example="2026-01-05"),
        Column("left_on", "离职日期", Kind.DATE, help_zh="在职最后一天；在职者留空。", example="2026-10-31"),
        Column(
            "probation_months",
            "试用期(月)",
            Kind.INTEGER,
            default=6,
            help_zh="试用期月数，留空为 6。",
            example="6",
        ),
        Column(
            "contract_years",
            "合同年限",
            Kind.DECIMAL,
            default=3,
            help_zh="劳动合同年限，留空为 3。",
            example="3",
        ),
        Column("confirmed_on", "转正日期", Kind.DATE, help_zh="转正日期；未转正留空。", example="2026-07-05"),
        Column(
            "monthly_base_pay",
            "月基本工资",
            Kind.MONEY,
            help_zh="元；不填则涉及旷工的金额不计算。",
            example="4200",
        ),
        Column(
            "monthly_variable_pay",
            "月浮动工资",
            Kind.MONEY,
            help_zh="元；不填则未完成任务的金额不计算。",
            example="1500",
        ),
    ),
    help_zh="全体员工。这是唯一必须有的表。",
)

TERMS = Table(
    "terms",
    "任职变动",
    (
        _key("staff_id", "员工编号", refers="staff", help_zh="员工表中的编号。", example="A01"),
        _key(
            "from_on",
            "生效日期",
            Kind.DATE,
            help_zh="从哪一天起(含)；不早于入职日期。",
            example="2026-11-01",
        ),
        Column("project", "项目", Kind.TEXT, help_zh="从这一天起所属的项目；不变则留空。", example="江南里"),
        Column("role", "角色", Kind.CHOICE, choices=ROLES, help_zh="新的角色；不变则留空。", example="店长"),
        Column(
            "trade", "行业", Kind.CHOICE, choices=TRADES, help_zh="新的行业；不变则留空。", example="房产"
        ),
        Column("monthly_base_pay", "月基本工资", Kind.MONEY, help_zh="元；不变则留空。", example="4800"),
        Column("monthly_variable_pay", "月浮动工资", Kind.MONEY, help_zh="元；不变则留空。", example="1800"),
    ),
    help_zh="调薪、调项目、晋升和转岗，从某一天起；第一次变动之前以员工表为准。没有变动可以不填。",
)

CALENDAR = Table(
    "calendar",
    "日历",
    (
        _key("date", "日期", Kind.DATE, help_zh="要改变的日期。", example="2026-10-10"),
        Column(
            "workday",
            "是否工作日",
            Kind.BOOLEAN,
            True,
            help_zh="1 为公司工作日，0 为休息日；优先于国家节假日安排。",
            example="1",
        ),
    ),
    help_zh="公司自己的工作日安排，覆盖法定日历；没有特殊安排可以不填。",
)

ROSTER = Table(
    "roster",
    "排班",
    (
        _key("staff_id", "员工编号", refers="staff", help_zh="员工表中的编号。", example="A01"),
        _key("date", "日期", Kind.DATE, help_zh="排班日期。", example="2026-10-03"),
        Column(
            "kind",
            "班次",
            Kind.CHOICE,
            True,
            choices=ROSTER_KINDS,
            help_zh="上班、休息或请假。没有排班的日期按公司工作日。",
            example="休息",
        ),
    ),
    help_zh="与公司日历不同的个人排班、休息和请假。",
)

CUSTOMERS = Table(
    "customers",
    "客户",
    (
        _key("customer_id", "客户编号", help_zh="每位客户唯一的编号。", example="C0001"),
        Column("name", "姓名", Kind.TEXT, True, help_zh="客户姓名或称呼。", example="李先生"),
        Column(
            "phone",
            "电话",
            Kind.PHONES,
            help_zh="电话号码；有几个时用分号隔开。",
            example="13800138000;021-61234567",
        ),
        Column(
            "id_number", "身份证号", Kind.TEXT, help_zh="身份证号码，可不填。", example="310101199003074258"
        ),
        _id("household", "家庭", help_zh="同一家庭的客户填同一个家庭编号。", example="H01"),
        _id(
            "owner",
            "归属顾问",
            "staff",
            required=True,
            help_zh="最初归属的顾问(员工编号)；以后的移交写在移交表。",
            example="A01",
        ),
        Column("project", "项目", Kind.TEXT, help_zh="留空时为归属顾问的项目。", example="滨江壹号"),
        Column("channel", "认知途径", Kind.TEXT, help_zh="客户从何处得知项目。", example="朋友介绍"),
        Column("need", "需求", Kind.TEXT, help_zh="面积、户型、预算等。", example="三房，预算 300 万"),
        Column("intent_grade", "意向等级", Kind.TEXT, help_zh="A、B、C、D 或项目自己的等级。", example="A"),
        Column(
            "first_contact_at",
            "首次接触时间",
            Kind.TIMESTAMP,
            True,
            help_zh="第一次来电或来访的时间。",
            example="2026-10-02 10:30",
        ),
        Column(
            "opted_out_on",
            "拒绝联系日期",
            Kind.DATE,
            help_zh="客户要求不再联系的日期；没有则留空。",
            example="2026-10-20",
        ),
    ),
    help_zh="来电和来访的客户。",
)

CONTACTS = Table(
    "contacts",
    "接触记录",
    (
        _key("contact_id", "记录编号", help_zh="每条接触记录唯一的编号。", example="K00001"),
        _id(
            "customer_id", "客户编号", "customers", required=True, help_zh="客户表中的编号。", example="C0001"
        ),
        _id("staff_id", "员工编号", "staff", required=True, help_zh="进行接触的员工。", example="A01"),
        Column(
            "kind",
            "类型",
            Kind.CHOICE,
            True,
            choices=CONTACT_KINDS,
            help_zh="来电、来访或跟进。",
            example="来访",
        ),
        Column(
            "happened_at",
            "发生时间",
            Kind.TIMESTAMP,
            True,
            help_zh="接触发生的时间。",
            example="2026-10-02 10:30",
        ),
        Column(
            "recorded_at",
            "记录时间",
            Kind.TIMESTAMP,
            True,
            help_zh="写下记录的时间，不早于发生时间。",
            example="2026-10-02 18:00",
        ),
        Column(
            "effective",
            "有效",
            Kind.BOOLEAN,
            default=True,
            help_zh="1 为联系上，0 为未接通；留空为 1。",
            example="1",
        ),
        Column(
            "medium",
            "方式",
            Kind.CHOICE,
            choices=MEDIA,
            help_zh="电话、微信、短信、面谈或其他。",
            example="电话",
        ),
        Column("note", "内容", Kind.TEXT, help_zh="谈了什么。", example="看了样板间，喜欢南向"),
        Column("next_step", "下一步", Kind.TEXT, help_zh="下一步打算。", example="发户型图"),
        Column("next_on", "下一步日期", Kind.DATE, help_zh="下一步的日期。", example="2026-10-05"),
    ),
    help_zh="每一次来电、来访和跟进。",
)

TRANSFERS = Table(
    "transfers",
    "客户移交",
    (
        _key("customer_id", "客户编号", refers="customers", help_zh="移交的客户。", example="C0001"),
        _key("on", "移交日期", Kind.DATE, help_zh="新顾问从这一天起负责。", example="2026-10-12"),
        _id("to", "移交给", "staff", help_zh="接手的员工编号；留空表示放入公海。", example="A02"),
    ),
    help_zh="客户换顾问或进入公海。",
)

WAIVERS = Table(
    "waivers",
    "免追踪",
    (
        _key("customer_id", "客户编号", refers="customers", help_zh="免予追踪的客户。", example="C0001"),
        _key("from_on", "开始日期", Kind.DATE, help_zh="从哪一天起免追踪(含)。", example="2026-10-08"),
        Column(
            "to_on", "结束日期", Kind.DATE, help_zh="到哪一天为止(含)；留空为长期。", example="2026-10-15"
        ),
        Column(
            "reason",
            "原因",
            Kind.CHOICE,
            True,
            choices=WAIVER_REASONS,
            help_zh="特殊情况或不再追踪。",
            example="特殊情况",
        ),
        _id("signed_by", "签字人", "staff", required=True, help_zh="签字的经理或店长。", example="M1"),
        Column("signed_on", "签字日期", Kind.DATE, True, help_zh="签字的日期。", example="2026-10-08"),
    ),
    help_zh="经理签字同意的免追踪。",
)

STOCK_UNITS = Table(
    "stock_units",
    "房源",
    (
        _key("unit_id", "房源编号", help_zh="每套房源唯一的编号，不能含分号。", example="1-2-301"),
        Column("project", "项目", Kind.TEXT, True, help_zh="所属项目。", example="滨江壹号"),
        _id("building", "楼栋", required=True, help_zh="楼栋的名称。", example="1栋"),
        _id("floor", "楼层", required=True, help_zh="楼层；地下写作 B1 或 -1。", example="3"),
        _id("number", "房号", required=True, help_zh="在楼层中的房号。", example="301"),
        Column(
            "unit_kind",
            "房屋类型",
            Kind.CHOICE,
            True,
            choices=UNIT_KINDS,
            help_zh="住宅、门面、车位或其他。",
            example="住宅",
        ),
        Column("area", "面积", Kind.DECIMAL, help_zh="建筑面积，平方米。", example="98.5"),
        Column("list_price", "标价", Kind.MONEY, help_zh="总价，元。", example="2860000"),
        Column(
            "presale_permit",
            "预售许可证",
            Kind.TEXT,
            help_zh="楼栋的预售许可证号；未取得留空。",
            example="穗房预字第2026001号",
        ),
        Column(
            "status",
            "状态",
            Kind.CHOICE,
            choices=UNIT_STATUSES,
            help_zh="成交以外的状态，留空为待售；有成交的房源以成交的进展为准。",
            example="待售",
        ),
    ),
    help_zh="各项目的房源。",
)

DEALS = Table(
    "deals",
    "成交",
    (
        _key("deal_id", "成交编号", help_zh="每笔成交唯一的编号。", example="D0001"),
        _id("customer_id", "客户编号", "customers", required=True, help_zh="购买的客户。", example="C0001"),
        _id("staff_id", "成交顾问", "staff", help_zh="归属未定(判单中)时留空。", example="A01"),
        Column(
            "unit_kind",
            "房屋类型",
            Kind.CHOICE,
            True,
            choices=UNIT_KINDS,
            help_zh="住宅、门面、车位或其他。",
            example="住宅",
        ),
        Column("units", "套数", Kind.INTEGER, default=1, help_zh="套数，留空为 1。", example="1"),
        Column("amount", "金额", Kind.MONEY, help_zh="成交总价，元。", example="2860000"),
        Column("holding_deposit_on", "小订日期", Kind.DATE, help_zh="交小订的日期。", example="2026-10-03"),
        Column(
            "subscription_on", "大定日期", Kind.DATE, help_zh="交大定(认购)的日期。", example="2026-10-06"
        ),
        Column("contract_on", "签约日期", Kind.DATE, help_zh="签订合同的日期。", example="2026-10-18"),
        Column("cancelled_on", "取消日期", Kind.DATE, help_zh="退订或退房的日期。", example="2026-10-25"),
        _id("stock_units", "房源", help_zh="房源表中的编号；有几套时用分号隔开。", example="1-2-301;1-2-302"),
    ),
    help_zh="小订、大定和签约。四个日期中至少要有一个。",
)

SHARES = Table(
    "shares",
    "业绩分配",
    (
        _key("deal_id", "成交编号", refers="deals", help_zh="成交表中的编号。", example="D0001"),
        _key("staff_id", "员工编号", refers="staff", help_zh="分得业绩的员工。", example="A01"),
        Column(
            "percent",
            "比例",
            Kind.DECIMAL,
            True,
            help_zh="百分比，同一成交合计必须为 100。",
            example="50",
        ),
    ),
    help_zh="判单后由几个人分的成交。",
)

REPORTS = Table(
    "reports",
    "工作日报",
    (
        _key("staff_id", "员工编号", refers="staff", help_zh="填报的员工。", example="A01"),
        _key("date", "日期", Kind.DATE, help_zh="日报的日期。", example="2026-10-08"),
        Column(
            "submitted_at",
            "提交时间",
            Kind.TIMESTAMP,
            help_zh="提交的时间；未提交留空。",
            example="2026-10-08 18:30",
        ),
        Column("false", "虚假", Kind.BOOLEAN, default=False, help_zh="经理认定虚假填 1。", example="0"),
        _id("decided_by", "认定人", "staff", help_zh="认定虚假的经理或店长。", example="M1"),
    ),
    help_zh="每天的工作日报表。",
)

QUOTAS = Table(
    "quotas",
    "任务量",
    (
        _key("staff_id", "员工编号", refers="staff", help_zh="有任务的员工。", example="A01"),
        _key("month", "月份", Kind.MONTH, help_zh="任务所属月份。", example="2026-10"),
        Column("units", "任务套数", Kind.INTEGER, True, help_zh="当月应完成的套数。", example="4"),
        Column(
            "amount", "任务金额", Kind.MONEY, help_zh="当月应完成的金额，元；可不填。", example="12000000"
        ),
    ),
    help_zh="每人每月的销售任务。",
)

CASES = Table(
    "cases",
    "违规处理",
    (
        _key("staff_id", "员工编号", refers="staff", help_zh="被处理的员工。", example="A01"),
        _key("on", "日期", Kind.DATE, help_zh="决定的日期。", example="2026-10-16"),
        _key("kind", "种类", Kind.CHOICE, choices=CASE_KINDS, help_zh="违规的种类。", example="判单归属舞弊"),
        Column(
            "severity", "情节", Kind.CHOICE, True, choices=SEVERITIES, help_zh="情节的轻重。", example="严重"
        ),
        _id("decided_by", "决定人", "staff", required=True, help_zh="作出决定的经理或店长。", example="M1"),
        _id("second_by", "复核人", "staff", help_zh="复核的第二人；可不填。", example="H1"),
    ),
    help_zh="违规的处理决定。",
)

RESIGNATIONS = Table(
    "resignations",
    "辞职",
    (
        _key("staff_id", "员工编号", refers="staff", help_zh="辞职的员工。", example="A01"),
        _key("applied_on", "申请日期", Kind.DATE, help_zh="递交辞职申请的日期。", example="2026-10-01"),
        Column("last_on", "最后工作日", Kind.DATE, True, help_zh="最后在岗的日期。", example="2026-10-31"),
        Column(
            "loans_cleared", "借款已清", Kind.BOOLEAN, True, help_zh="1 为借款已清，0 为未清。", example="1"
        ),
        Column("attendance_pay", "出勤工资", Kind.MONEY, help_zh="元；不知道可不填。", example="3000"),
        Column("sales_bonus", "销售奖金", Kind.MONEY, help_zh="元；不知道可不填。", example="8000"),
    ),
    help_zh="辞职申请与离职手续。",
)

TABLES: tuple[Table, ...] = (
    STAFF,
    TERMS,
    CALENDAR,
    ROSTER,
    CUSTOMERS,
    CONTACTS,
    TRANSFERS,
    WAIVERS,
    STOCK_UNITS,
    DEALS,
    SHARES,
    REPORTS,
    QUOTAS,
    CASES,
    RESIGNATIONS,
)
BY_NAME = MappingProxyType({table.name: table for table in TABLES})
