"""Complaints, suggestions and a report by the public form in the demo company."""

from dataclasses import dataclass

ROUTE = "after_sales_service.after_sales_complaint_route_"


@dataclass(frozen=True)
class Complaint:
    """One complaint, told from its end: new, asked, answered, appealed or closed."""

    days_ago: int
    partner: str
    serial: str
    route: str
    subject: str
    end: str
    finding: str = "justified"
    party: str = "technician"
    technician: str = ""
    corrective: str = ""
    answer: str = ""
    is_dangerous: bool = False


COMPLAINTS = (
    Complaint(
        48,
        "partner_jiangnan_demo",
        "PX2-004712",
        "service",
        "The technician came two hours late and told nobody",
        "closed",
        technician="tech_zhao",
        corrective="Call the customer when the visit before takes longer",
        answer="You are right: nobody called you. We are sorry. From now on the "
        "technician calls as soon as he knows that he will be late.",
    ),
    Complaint(
        6,
        "partner_kunshan_demo",
        "VM850-0033",
        "quality",
        "The servo alarm came back after two repairs",
        "appealed",
        finding="partly",
        party="production",
        corrective="Check the drive's connector in the next batch",
        answer="The drive was within its limits; the connector was loose. We exchange "
        "the connector free of charge.",
    ),
    Complaint(
        9,
        "partner_hotel_demo",
        "STB4K220130",
        "packaging",
        "Six of thirty boxes arrived with crushed corners",
        "answered",
        party="carrier",
        answer="The carrier stacked the pallets. We exchange the six boxes.",
    ),
    Complaint(
        2,
        "partner_taichung_demo",
        "VM850-0031",
        "quality",
        "The guard opened while the spindle was turning",
        "asked",
        is_dangerous=True,
    ),
    Complaint(
        1,
        "partner_jiangnan_demo",
        "PX2-004713",
        "dealer",
        "The dealer took money for a repair under warranty",
        "new",
    ),
)
# Days ago, customer, about, what, reward (None: declined), what became of it or why not
SUGGESTIONS = (
    (
        62,
        "partner_jiangnan_demo",
        "quality",
        "A drain plug at the lowest point of the PX2",
        500.0,
        "Built in from the May batch on.",
    ),
    (
        33,
        "partner_hotel_demo",
        "other",
        "Remote controls in the colour of the room",
        None,
        "Too few of each colour to keep in stock",
    ),
    (
        16,
        "partner_kunshan_demo",
        "service",
        "Send the check-list before the inspection, so that we can prepare",
        200.0,
        "",
    ),
    (
        3,
        "partner_taichung_demo",
        "quality",
        "Show the spindle hours on the first page of the control",
        0.0,
        "",
    ),
)


def schedule(history):
    """Put what customers said on the heap of ``history``."""
    history.at(420, 2, _prepare, history)
    for told in COMPLAINTS:
        history.at(told.days_ago, 3, _complain, history, told)
    for told in SUGGESTIONS:
        history.at(told[0], 5, _suggest, history, told)
    history.at(1, 4, _report_by_form, history)


def _prepare(history):
    """Say who answers for what, and open the form for those without an account."""
    env = history.env
    manager = history.ref("user_manager_demo")
    history.ref("team_field_demo").company_id.after_sales_complaint_user_id = manager
    history.ref("team_field_demo").is_form_published = True
    for route, user in (("packaging", "clerk"), ("quality", "supervisor")):
        env.ref(ROUTE + route).user_id = history.ref(f"user_{user}_demo")


def _complain(history, told):
    unit = history.env["after.sales.unit"].search([("name", "=", told.serial)], limit=1)
    ticket = history.model("after.sales.ticket", "agent").create(
        {
            "subject": told.subject,
            "kind": "complaint",
            "unit_id": unit.id,
            "partner_id": history.ref(told.partner).id,
            "team_id": history.ref("team_field_demo").id,
        }
    )
    ticket.action_assign()
    context = ticket.action_create_complaint()["context"]
    complaint = ticket.env["after.sales.complaint"].with_context(**context)
    complaint = complaint.create(
        {
            "route_id": history.env.ref(ROUTE + told.route).id,
            "is_dangerous": told.is_dangerous,
        }
    )
    complaint = history.as_user(complaint.with_env(history.env), "agent")
    if told.end != "new":
        history.after(20, _work_on, history, complaint, told)


def _work_on(history, complaint, told):
    handler = complaint.user_id or history.ref("user_agent_demo")
    complaint = complaint.with_user(handler)
    complaint.action_start()
    if told.is_dangerous:
        history.after(20, _meet, history, complaint)
    if told.end != "asked":
        history.after(20, _answer, history, complaint, told)


def _meet(history, complaint):
    """The special case is discussed; what was decided stands in its log."""
    manager = history.ref("user_manager_demo")
    supervisor = history.ref("user_supervisor_demo")
    history.env["after.sales.complaint.meeting"].with_user(manager).create(
        {
            "complaint_id": complaint.id,
            "attendee_ids": [(6, 0, (manager | supervisor).ids)],
            "findings": "The door switch was bridged after the last adjustment.",
            "decision": "Check the switch on all machines of this batch.",
            "user_id": supervisor.id,
        }
    )


def _answer(history, complaint, told):
    employee = told.technician and history.ref(f"employee_{told.technician}_demo").id
    complaint.write(
        {
            "finding": told.finding,
            "party": told.party,
            "employee_id": employee or False,
            "corrective_action": told.corrective,
            "answer": f"<p>{told.answer}</p>",
        }
    )
    complaint.action_answer()
    if told.end == "appealed":
        history.after(50, _appeal, history, complaint)
    elif told.end == "closed":
        history.after(50, _close, history, complaint)


def _appeal(history, complaint):
    complaint = history.as_user(complaint, "agent")
    complaint._appeal("A connector is no reason for three weeks without a machine.")


def _close(history, complaint):
    complaint = history.as_user(complaint, "agent")
    complaint.is_corrected = True
    complaint.action_close()
    complaint.ticket_id._solve("answered")
    complaint.ticket_id.action_close()


def _suggest(history, told):
    _days, partner, route, subject, reward, words = told
    suggestion = history.model("after.sales.suggestion", "agent").create(
        {
            "subject": subject,
            "partner_id": history.ref(partner).id,
            "route_id": history.env.ref(ROUTE + route).id,
        }
    )
    if reward is None:
        suggestion.decline_reason = words
        history.as_user(suggestion, "supervisor").action_decline()
    elif reward:
        history.after(40, _approve, history, suggestion, reward, words)


def _approve(history, suggestion, reward, words):
    suggestion = history.as_user(suggestion, "manager")
    suggestion.amount = reward
    suggestion.action_approve()
    if words:
        suggestion.use = words
        suggestion.action_reward()


def _report_by_form(history):
    """Somebody without an account reports; the serial is another customer's."""
    history.env["after.sales.ticket"]._create_from_form(
        history.ref("team_field_demo"),
        {
            "subject": "Pump hums and does not start",
            "description": "Since this morning. The water works own it, we run it.",
            "name": "Mr Gu",
            "email": "gu@operations.example.com",
            "phone": "+86 512 6955 1234",
            "serial": "PX2-004714",
        },
    )
