"""The cases of the demo: who called about what, and how it ended."""

from dataclasses import dataclass

OPENED = "C-20"  # cause: opened by others
WORN = "C-01"
MISUSE = "C-10"


@dataclass(frozen=True)
class Case:
    """One call, told from its end."""

    days_ago: int
    serial: str
    subject: str
    symptom: str = ""
    end: str = "reviewed"
    kind: str = "repair"
    channel: str = "phone"
    level: str = "2"
    urgency: str = "general"
    technician: str = "tech_zhao"
    parts: tuple = ()
    labour: str = "work_field_demo"
    hours: float = 1.5
    wait: int = 20
    cause: str = WORN
    diagnosis: str = ""
    outcome: str = "repaired"
    answer: str = ""
    cash: bool = False
    marks: tuple = ("3", "4")
    comment: str = ""
    card: tuple = (4, 4, 3, 4)
    voice: str = ""
    hour: float = 1.0  # UTC; nine o'clock in Suzhou


# Deliveries: days ago, customer, product, serials, site, days until accepted (or None)
def _serials(prefix, first, count):
    return tuple(f"{prefix}{number:06d}" for number in range(first, first + count))


DELIVERIES = (
    (426, "partner_jiangnan_demo", "product_px2_demo", _serials("PX2-", 4711, 4), None),
    (410, "partner_taichung_demo", "product_vm850_demo", ("VM850-0031",), 12),
    (
        402,
        "partner_kunshan_demo",
        "product_vm850_demo",
        ("VM850-0033", "VM850-0034"),
        9,
    ),
    (
        388,
        "partner_hotel_demo",
        "product_stb4k_demo",
        _serials("STB4K", 220101, 30),
        None,
    ),
    (371, "partner_nanjing_demo", "product_wt500_demo", ("WT500-0107",), 14),
    (340, "partner_rheintal_demo", "product_px5_demo", _serials("PX5-", 2031, 3), None),
    (322, "partner_pacific_demo", "product_wt500_demo", ("WT500-0109",), 20),
    (305, "partner_jiangnan_demo", "product_wt500_demo", ("WT500-0112",), 10),
    (287, "partner_mekong_demo", "product_px2_demo", _serials("PX2-", 4801, 5), None),
    (260, "partner_anping_demo", "product_px5_demo", _serials("PX5-", 2088, 4), None),
    (233, "partner_kunshan_demo", "product_vm850_demo", ("VM850-0041",), 11),
    (198, "partner_nanjing_demo", "product_px2_demo", _serials("PX2-", 4902, 3), None),
    (170, "partner_mekong_demo", "product_wt500_demo", ("WT500-0121",), None),
    (
        122,
        "partner_hotel_demo",
        "product_stb4k_demo",
        _serials("STB4K", 231501, 8),
        None,
    ),
    (95, "partner_jiangnan_demo", "product_px5_demo", _serials("PX5-", 2140, 3), None),
    (40, "partner_taichung_demo", "product_vm850_demo", ("VM850-0052",), None),
)
SITES = {"WT500-0112": "partner_jiangnan_plant_demo"}
# Dosing pumps bought later and built into a water-treatment set.
BUILT_IN = {"PX2-004902": "WT500-0107", "PX2-004903": "WT500-0107"}

MOTOR = ("part_motor_demo", "component_px2_motor_demo", 1)
BEARING = ("part_bearing_demo", "component_px2_frame_demo", 1)
SEAL = ("part_seal_demo", "component_px2_seal_demo", 1)
DIAPHRAGM = ("part_diaphragm_demo", "component_px2_diaphragm_demo", 1)
PX5_MOTOR = ("part_motor_demo", "component_px5_motor_demo", 1)
PUMP_SEAL = ("part_seal_demo", "component_wt500_pump_demo", 1)
PX5_SEAL = ("part_seal_demo", "component_px5_seal_demo", 1)
IMPELLER = ("part_impeller_demo", "component_px5_impeller_demo", 1)
MEMBRANE = ("part_membrane_demo", "component_wt500_membrane_demo", 2)
CARTRIDGE = ("part_cartridge_demo", "component_wt500_cartridge_demo", 5)
BOARD = ("part_plc_demo", "component_wt500_control_demo", 1)
SENSOR = ("part_sensor_demo", "component_wt500_sensor_demo", 1)
SPINDLE = ("part_spindle_demo", "component_vm850_spindle_demo", 1)
SERVO = ("part_servo_demo", "component_vm850_servo_demo", 1)
COOLANT = ("part_coolant_demo", "component_vm850_coolant_demo", 1)
WIPER = ("part_wiper_demo", "component_vm850_wiper_demo", 1)
MAINBOARD = ("part_mainboard_demo", "component_stb4k_board_demo", 1)
ADAPTER = ("part_adapter_demo", "component_stb4k_adapter_demo", 1)
REMOTE = ("part_remote_demo", "component_stb4k_remote_demo", 1)

CNC = {"technician": "tech_qian", "labour": "work_cnc_demo"}
TW = {"technician": "tech_lin", "labour": "work_cnc_demo"}
SUN = {"technician": "tech_sun"}

CASES = (
    # The story of the guide: motor free, bearing and seal paid.
    Case(
        9,
        "PX2-004711",
        "Pump leaks at the shaft, motor hums",
        "S-12",
        parts=(MOTOR, BEARING, SEAL),
        diagnosis="Winding burnt, shaft bearing worn, seal lip hard.",
        hours=1.5,
        cash=True,
        comment="Clean work, good papers.",
        voice="Came on time and explained what we pay and why.",
    ),
    Case(
        168,
        "VM850-0033",
        "Spindle noisy above 6,000 rpm",
        "S-03",
        parts=(SPINDLE,),
        hours=6.5,
        level="3",
        diagnosis="Front bearing of the spindle pitted.",
        marks=("3", "4"),
        card=(4, 4, 3, 4),
        **CNC,
    ),
    Case(
        161,
        "STB4K220104",
        "Room 1207: no picture",
        "S-21",
        parts=(MAINBOARD,),
        hours=0.5,
        diagnosis="Mainboard dead after a thunderstorm.",
        cash=False,
        **SUN,
    ),
    Case(
        155,
        "WT500-0107",
        "Conductivity alarm every night",
        "S-20",
        parts=(SENSOR,),
        hours=1.0,
        diagnosis="Sensor drifts when cold.",
        marks=("4", "4"),
    ),
    Case(
        149,
        "PX2-004712",
        "Does not dose",
        "S-01",
        parts=(DIAPHRAGM,),
        hours=0.8,
        diagnosis="Diaphragm torn.",
        cash=True,
    ),
    Case(
        143,
        "PX5-002031",
        "Question about the cooling water",
        "S-99",
        end="phone",
        kind="inquiry",
        channel="email",
        answer="At most 60 °C at the inlet; see page 14 of the manual.",
    ),
    Case(
        140,
        "VM850-0031",
        "Coolant pump trips",
        "S-01",
        parts=(COOLANT,),
        hours=1.2,
        diagnosis="Motor of the coolant pump short-circuited.",
        **TW,
    ),
    Case(
        134,
        "STB4K220111",
        "Remote control does not react",
        "S-99",
        parts=(REMOTE,),
        hours=0.3,
        diagnosis="Keys worn out.",
        card=(3, 3, 2, 3),
        **SUN,
    ),
    Case(
        127,
        "WT500-0109",
        "Pressure too low after start",
        "S-05",
        level="3",
        parts=(CARTRIDGE, MEMBRANE),
        hours=2.5,
        diagnosis="Membranes scaled: softener was not refilled.",
        cause=MISUSE,
        marks=("3", "3"),
        card=(3, 4, 2, 3),
    ),
    Case(
        121,
        "PX2-004801",
        "Motor does not start",
        "S-01",
        parts=(MOTOR,),
        hours=1.2,
        diagnosis="Capacitor and winding burnt.",
    ),
    Case(
        116,
        "VM850-0034",
        "Servo alarm 414 on the Z axis",
        "S-20",
        level="3",
        parts=(SERVO,),
        hours=3.0,
        urgency="emergency",
        wait=4,
        diagnosis="Power stage of the Z drive failed.",
        marks=("4", "4"),
        **CNC,
    ),
    Case(
        109,
        "PX5-002088",
        "Leaks at the seal",
        "S-12",
        parts=(PX5_SEAL,),
        hours=0.9,
        diagnosis="Seal lip worn.",
        cash=True,
        **SUN,
    ),
    Case(
        104,
        "STB4K220117",
        "Box restarts by itself",
        "S-20",
        parts=(ADAPTER,),
        hours=0.3,
        diagnosis="Power adapter drops to 9 V.",
        **SUN,
    ),
    Case(
        97,
        "WT500-0112",
        "Leak at the high-pressure pump",
        "S-12",
        level="3",
        parts=(PUMP_SEAL,),
        hours=1.5,
        diagnosis="Seal of the pump leaks.",
        marks=("2", "3"),
        card=(3, 3, 1, 2),
        comment="Arrived late without a call.",
    ),
    Case(
        92,
        "PX2-004803",
        "Opened by the plant's electrician",
        "S-01",
        parts=(MOTOR,),
        hours=1.4,
        cause=OPENED,
        diagnosis="Housing was opened, wiring changed, motor burnt.",
        marks=("3", "4"),
        card=(2, 3, 3, 2),
    ),
    Case(
        85,
        "VM850-0041",
        "Wipers leave chips on the guideway",
        "S-99",
        parts=(WIPER,),
        hours=1.6,
        diagnosis="Wipers worn.",
        cash=False,
        **CNC,
    ),
    Case(
        80,
        "PX5-002032",
        "When is the next service due?",
        "S-99",
        end="phone",
        kind="inquiry",
        channel="email",
        answer="Every 4,000 hours; yours is due in spring.",
    ),
    Case(
        74,
        "PX2-004902",
        "Runs loud",
        "S-03",
        parts=(BEARING,),
        hours=0.9,
        diagnosis="Bearing dry.",
        marks=("4", "3"),
    ),
    Case(
        68,
        "STB4K231501",
        "No sound on HDMI",
        "S-99",
        end="phone",
        kind="inquiry",
        answer="Audio output was set to optical. Changed together on the phone.",
    ),
    Case(
        63,
        "WT500-0107",
        "Control cabinet shows error E12",
        "S-20",
        parts=(BOARD,),
        hours=2.0,
        level="3",
        diagnosis="Controller board lost its program.",
        marks=("4", "4"),
    ),
    Case(
        57,
        "PX5-002089",
        "Low flow",
        "S-05",
        parts=(IMPELLER,),
        hours=1.1,
        diagnosis="Impeller worn by sand.",
        cause=MISUSE,
        cash=True,
        **SUN,
    ),
    Case(
        51,
        "VM850-0031",
        "Spindle stops under load",
        "S-01",
        level="4",
        urgency="emergency",
        wait=5,
        parts=(SPINDLE,),
        hours=6.0,
        diagnosis="Spindle cartridge seized.",
        marks=("4", "4"),
        **TW,
    ),
    Case(
        45,
        "PX2-004714",
        "Drips after cleaning",
        "S-12",
        parts=(SEAL, DIAPHRAGM),
        hours=1.0,
        diagnosis="Seal and diaphragm at the end of their life.",
        cash=True,
    ),
    Case(
        38,
        "STB4K220122",
        "Nothing on screen",
        "S-21",
        parts=(MAINBOARD,),
        hours=0.5,
        diagnosis="Mainboard dead.",
        **SUN,
    ),
    Case(
        33,
        "PX2-004712",
        "Does not dose again",
        "S-01",
        parts=(DIAPHRAGM,),
        hours=0.8,
        diagnosis="Diaphragm torn a second time: suction pipe too long.",
        marks=("3", "2"),
        card=(3, 2, 4, 3),
    ),
    Case(
        27,
        "PX5-002140",
        "Vibrates",
        "S-03",
        parts=(IMPELLER,),
        hours=1.4,
        diagnosis="Impeller out of balance.",
        marks=("4", "4"),
    ),
    Case(
        24,
        "PX5-002033",
        "Price of a spare motor?",
        "S-99",
        end="phone",
        kind="inquiry",
        channel="email",
        answer="1,280.00 plus freight; quotation sent.",
    ),
    Case(
        21,
        "WT500-0112",
        "Filter alarm",
        "S-20",
        parts=(CARTRIDGE,),
        hours=0.8,
        diagnosis="Cartridges full.",
    ),
    Case(
        16,
        "VM850-0033",
        "Coolant smells, pump weak",
        "S-05",
        parts=(COOLANT,),
        hours=1.3,
        diagnosis="Pump wheel corroded.",
        **CNC,
    ),
    Case(
        13,
        "STB4K220105",
        "Box gets hot",
        "S-99",
        parts=(ADAPTER,),
        hours=0.4,
        diagnosis="Adapter replaced as a precaution.",
        end="done",
        **SUN,
    ),
    Case(
        11,
        "PX5-002091",
        "Leaks at the seal",
        "S-12",
        parts=(PX5_SEAL,),
        hours=0.9,
        diagnosis="Seal lip worn.",
        end="done",
        cash=True,
        **SUN,
    ),
    # Still going on.
    Case(
        6,
        "PX2-004713",
        "Motor hums, does not turn",
        "S-01",
        parts=(MOTOR,),
        hours=1.0,
        end="quoted",
        cause=MISUSE,
        diagnosis="Ran dry for days.",
    ),
    Case(
        5,
        "VM850-0041",
        "Servo alarm on the X axis",
        "S-20",
        level="3",
        parts=(SERVO,),
        hours=2.0,
        end="waiting",
        diagnosis="Waiting for the drive parameters from the maker.",
        **CNC,
    ),
    Case(
        4,
        "WT500-0121",
        "Commissioning of the new set",
        "",
        kind="installation",
        end="planned",
        wait=90,
        hours=12,
    ),
    Case(
        3,
        "PX2-004804",
        "Leaks at the shaft",
        "S-12",
        # One motor is in the van already; the spare one is vital and needs approval.
        parts=((*MOTOR[:2], 2), SEAL),
        end="to_approve",
        wait=90,
    ),
    Case(
        3,
        "PX5-002141",
        "Trips the breaker",
        "S-01",
        parts=(PX5_MOTOR,),
        end="to_issue",
        wait=80,
        level="3",
        **SUN,
    ),
    Case(
        2,
        "STB4K231503",
        "Room 0815: no signal",
        "S-21",
        parts=(MAINBOARD,),
        end="on_site",
        wait=18,
        **SUN,
    ),
    Case(
        2,
        "VM850-0052",
        "Yearly inspection",
        "",
        kind="inspection",
        end="planned",
        wait=60,
        **TW,
    ),
    Case(2, "PX2-004902", "Order taken twice", "S-99", end="cancel"),
    Case(1, "PX5-002090", "Low flow in block C", "S-05", end="draft"),
    Case(
        1,
        "WT500-0107",
        "Level sensor shows nonsense",
        "S-20",
        end="assigned",
        level="3",
    ),
    Case(
        1,
        "PX2-004805",
        "It does not work",
        "",
        end="clarification",
        channel="email",
        answer="Which lamp is lit on the panel, and does the motor turn?",
    ),
    Case(0, "STB4K220130", "Remote control lost", "S-99", end="new", hour=-1),
    Case(
        0,
        "VM850-0034",
        "Spindle does not turn, production stands",
        "S-01",
        end="new",
        level="4",
        urgency="emergency",
        hour=-0.5,
    ),
)
TOOLS = (
    # id, name, serial, holder, purpose
    ("tool_multimeter_demo", "Multimeter Fluke 117", "117-55231", "tech_zhao", "Van 1"),
    ("tool_torque_demo", "Torque Wrench 20–100 Nm", "TQ-0088", "tech_qian", "Van 3"),
    ("tool_laser_demo", "Laser Alignment Set", "LA-0007", None, ""),
    ("tool_puller_demo", "Bearing Puller Set", "BP-0031", "tech_zhao", "Van 1"),
    ("tool_tester_demo", "Insulation Tester 1 kV", "IT-0102", "tech_sun", "Van 2"),
    ("tool_balancer_demo", "Spindle Balancer", "SB-0003", "tech_lin", "Van 4"),
)
# Parts on the shelf at the start.
STOCK = {
    "part_motor_demo": 16, "part_bearing_demo": 60, "part_seal_demo": 80,
    "part_impeller_demo": 18, "part_diaphragm_demo": 40, "part_membrane_demo": 16,
    "part_cartridge_demo": 120, "part_plc_demo": 5, "part_sensor_demo": 9,
    "part_spindle_demo": 4, "part_servo_demo": 6, "part_wiper_demo": 12,
    "part_coolant_demo": 7, "part_mainboard_demo": 30, "part_adapter_demo": 50,
    "part_remote_demo": 60,
}  # fmt: skip
