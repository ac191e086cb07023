"""Every route with the posts that may come in: decided here, and compared with the program."""

from kit.actors import STAFF_POSTS, Post

R, M, L, T, D, O = (  # noqa: E741 - one letter a post keeps the table narrow
    Post.RECEPTIONIST,
    Post.MANAGER,
    Post.TEAM_LEADER,
    Post.TECHNICIAN,
    Post.DIRECTOR,
    Post.OPERATOR,
)
A, I, CM, MC, MD, CO = (  # noqa: E741
    Post.ADMIN,
    Post.INSPECTOR,
    Post.COMPANY_MANAGER,
    Post.MATERIALS_CLERK,
    Post.MATERIALS_DEPARTMENT,
    Post.COMPLAINTS_OFFICER,
)
ALL = set(STAFF_POSTS)
ANYBODY: set[Post] = set()
OPERATIONS = {O, M, L, D, A}
FIELD = OPERATIONS | {I, CM}
BOARD = {R, M, L, D, O, CM, MC, CO, A}
TICKETS = BOARD | {T}
QUEUE = {R, M, L, D, CM}

EXPECTED: dict[str, set[Post]] = {
    "GET /api/v1/alarms": FIELD,
    "GET /api/v1/alarms/shelved": FIELD,
    "POST /api/v1/alarms/{alarm_id}/acknowledge": {O, M, L, D},
    "POST /api/v1/alarms/{alarm_id}/shelve": {O, M, L, D},
    "POST /api/v1/alarms/{alarm_id}/unshelve": {O, M, L, D},
    "GET /api/v1/archive/verify": {R, M, L, D, CM, A},
    "GET /api/v1/customer/{token}": ANYBODY,
    "POST /api/v1/customer/{token}/consent": ANYBODY,
    "POST /api/v1/customer/{token}/customer-sign": ANYBODY,
    "POST /api/v1/customer/{token}/customer-defers": ANYBODY,
    "POST /api/v1/customer/{token}/decline": ANYBODY,
    "GET /api/v1/ingest": OPERATIONS,
    "GET /api/v1/knowledge": ALL - {A},
    "POST /api/v1/knowledge": {R, M},
    "GET /api/v1/knowledge/{entry_id}": ALL - {A},
    "POST /api/v1/knowledge/{entry_id}/versions": {R, M},
    "POST /api/v1/knowledge/{entry_id}/answered": {R, M, L, D, CO},
    "GET /api/v1/live/board": TICKETS,
    "GET /api/v1/live/customer/{token}": ANYBODY,
    "GET /api/v1/live/stations": FIELD,
    "GET /api/v1/me": ALL,
    "GET /api/v1/openapi.json": ANYBODY,
    "GET /api/v1/places": ALL,
    "GET /api/v1/promise": ALL,
    "GET /api/v1/quarantine": OPERATIONS,
    "GET /api/v1/roster": ALL - {A},
    "POST /api/v1/roster/shifts": {M, L, D},
    "POST /api/v1/roster/shifts/{shift_id}/remove": {M, L, D},
    "POST /api/v1/roster/stand-ins": {M, L, D},
    "DELETE /api/v1/session": ALL,
    "GET /api/v1/session": ALL,
    "POST /api/v1/session": ANYBODY,
    "GET /api/v1/phrases": {R},
    "GET /api/v1/queue": QUEUE,
    "GET /api/v1/stations": FIELD,
    "GET /api/v1/stations/{station_id}": FIELD,
    "GET /api/v1/stations/{station_id}/series": FIELD,
    "GET /api/v1/technicians": {L, M, D},
    "GET /api/v1/tickets": TICKETS,
    "POST /api/v1/tickets": ALL - {A},
    "GET /api/v1/tickets/{ticket_id}": TICKETS,
    "GET /api/v1/tickets/{ticket_id}/allowed": TICKETS,
    "GET /api/v1/tickets/{ticket_id}/deadlines": TICKETS,
    "GET /api/v1/tickets/{ticket_id}/events": TICKETS,
    "GET /health/live": ANYBODY,
    "GET /health/ready": ANYBODY,
    "GET /": ANYBODY,
    "GET /alarms": FIELD,
    "POST /alarms/{alarm_id}/acknowledge": {O, M, L, D},
    "GET /alarms/{alarm_id}/shelve": {O, M, L, D},
    "POST /alarms/{alarm_id}/shelve": {O, M, L, D},
    "POST /alarms/{alarm_id}/unshelve": {O, M, L, D},
    "GET /archive": {R, M, L, D, CM, CO, A},
    "GET /console": FIELD,
    "GET /intake": {R},
    "POST /intake": {R},
    "GET /intake/places": {R},
    "GET /intake/promise": {R},
    "GET /intake/queue": {R},
    "POST /intake/queue": {R},
    "POST /intake/queue/{waiter_id}/{step}": {R},
    "GET /intake/{ticket_id}": {R},
    "GET /jobs": {T},
    "GET /jobs/{ticket_id}": {T},
    "POST /jobs/{ticket_id}/{step}": {T},
    "GET /knowledge": ALL - {A},
    "POST /knowledge": {R, M},
    "GET /knowledge/found": ALL - {A},
    "GET /knowledge/new": {R, M},
    "GET /knowledge/{entry_id}": ALL - {A},
    "POST /knowledge/{entry_id}/versions": {R, M},
    "POST /knowledge/{entry_id}/answered": {R, M, L, D, CO},
    "GET /language/{language}": ANYBODY,
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    "POST /acting-as": ALL,
    "POST /logout": ALL,
    "GET /quarantine": OPERATIONS,
    "GET /register": {R, M, D, CM},
    "GET /report": ALL - {A},
    "POST /report": ALL - {A},
    "GET /roster": ALL - {A},
    "POST /roster/import": {M, L, D},
    "GET /static/{name:path}": ANYBODY,
    "GET /stations/{station_id}": FIELD,
    "GET /t/{token}": ANYBODY,
    "POST /t/{token}/{step}": ANYBODY,
    "GET /tickets": BOARD,
    "GET /tickets/{ticket_id}": BOARD,
    "POST /tickets/{ticket_id}/{step}": BOARD,
    "GET /tickets/{ticket_id}/intake-sheet": {R, M, L, D},
    "GET /tickets/{ticket_id}/print": {R, M, L, D},
    "GET /users": {A},
    "POST /users": {A},
    "POST /users/{user_id}/deactivate": {A},
    "POST /users/{user_id}/password": {A},
    "POST /users/{user_id}/posts": {A},
}
"""Who may come in; whether this person may take this step of this ticket is the workflow's."""

PEOPLES_STEPS = (
    *("correct_facility", "state_arrival", "classify_work"),
    *("customer_absent", "await_part", "no_access", "customer_defers", "resume"),
    *("no_fault_found", "transfer", "waive", "record_unsigned", "call_back", "take_up_again"),
    *("issue", "assign", "depart", "arrive", "quote_fee", "consent", "decline", "start_work"),
    *("report_flow_test", "finish_work", "customer_sign", "leader_sign", "director_sign"),
    *("archive", "send_back", "withdraw", "classify"),
)
LEAVES = {
    "GET /api/v1/leaves": ALL - {A},
    "POST /api/v1/leaves": ALL - {A},
    "GET /api/v1/leaves/{subject_id}": ALL - {A},
    "GET /api/v1/leaves/{subject_id}/events": ALL - {A},
    "POST /api/v1/leaves/{subject_id}/approve-leave": ALL - {A},
    "POST /api/v1/leaves/{subject_id}/refuse-leave": ALL - {A},
    "POST /api/v1/leaves/{subject_id}/cancel-leave": ALL - {A},
    "POST /api/v1/leaves/{subject_id}/take-over-post": ALL - {A},
    "POST /api/v1/leaves/{subject_id}/return-to-post": ALL - {A},
    "GET /leaves": ALL - {A},
    "GET /leaves/new": ALL - {A},
    "POST /leaves": ALL - {A},
    "GET /leaves/{subject_id}": ALL - {A},
    "POST /leaves/{subject_id}/{step}": ALL - {A},
}
WAITERS = {
    "GET /api/v1/waiters": QUEUE,
    "POST /api/v1/waiters": {R},
    "GET /api/v1/waiters/{subject_id}": QUEUE,
    "GET /api/v1/waiters/{subject_id}/events": QUEUE,
    "POST /api/v1/waiters/{subject_id}/call-up": QUEUE,
    "POST /api/v1/waiters/{subject_id}/finish-serving": QUEUE,
    "POST /api/v1/waiters/{subject_id}/leave-queue": QUEUE,
    "GET /waiters": QUEUE,
    "GET /waiters/new": {R},
    "POST /waiters": {R},
    "GET /waiters/{subject_id}": QUEUE,
    "POST /waiters/{subject_id}/{step}": QUEUE,
}
CASES = {
    f"{method} {path}": ALL - {A}
    for method, path in (
        ("GET", "/api/v1/cases"),
        ("POST", "/api/v1/cases"),
        ("GET", "/api/v1/cases/{subject_id}"),
        ("GET", "/api/v1/cases/{subject_id}/events"),
        ("POST", "/api/v1/cases/{subject_id}/answer-case"),
        ("POST", "/api/v1/cases/{subject_id}/accept-case"),
        ("POST", "/api/v1/cases/{subject_id}/decline-case"),
        ("POST", "/api/v1/cases/{subject_id}/hand-over-case"),
        ("POST", "/api/v1/cases/{subject_id}/take-back-case"),
        ("POST", "/api/v1/cases/{subject_id}/ask-leader"),
        ("POST", "/api/v1/cases/{subject_id}/instruct-case"),
        ("POST", "/api/v1/cases/{subject_id}/refer-outside"),
        ("POST", "/api/v1/cases/{subject_id}/notify-missing"),
        ("POST", "/api/v1/cases/{subject_id}/take-supplement"),
        ("POST", "/api/v1/cases/{subject_id}/refuse-case"),
        ("POST", "/api/v1/cases/{subject_id}/classify-case"),
        ("POST", "/api/v1/cases/{subject_id}/take-charge"),
        ("GET", "/cases"),
        ("GET", "/cases/new"),
        ("POST", "/cases"),
        ("GET", "/cases/{subject_id}"),
        ("GET", "/cases/{subject_id}/notices/{number}"),
        ("POST", "/cases/{subject_id}/{step}"),
    )
}
SLIPS_SEEN = {M, L, D, CM, MC, MD, T}
STOCK_SEEN = {M, D, CM, MC, MD}
MATERIALS = {
    "GET /api/v1/materials": {M, L, D, CM, MC, MD, T},
    "GET /api/v1/fees": {R, M, L, D, T, CM, CO},
    "GET /api/v1/material-slips": SLIPS_SEEN,
    "POST /api/v1/material-slips": {T, L},
    "GET /api/v1/material-slips/{subject_id}": SLIPS_SEEN,
    "GET /api/v1/material-slips/{subject_id}/events": SLIPS_SEEN,
    **{
        f"POST /api/v1/material-slips/{{subject_id}}/{name}": SLIPS_SEEN
        for name in (
            *("sign-slip", "report-slip", "approve-slip", "issue-material", "count-return"),
            *("restock", "refuse-count", "send-back-slip", "correct-slip", "withdraw-slip"),
        )
    },
    "GET /material-slips": SLIPS_SEEN,
    "GET /material-slips/new": {T, L},
    "POST /material-slips": {T, L},
    "GET /material-slips/{subject_id}": SLIPS_SEEN,
    "POST /material-slips/{subject_id}/{step}": SLIPS_SEEN,
    "GET /api/v1/stock-notes": STOCK_SEEN,
    "POST /api/v1/stock-notes": {MD},
    "GET /api/v1/stock-notes/{subject_id}": STOCK_SEEN,
    "GET /api/v1/stock-notes/{subject_id}/events": STOCK_SEEN,
    "POST /api/v1/stock-notes/{subject_id}/reverse-stock": STOCK_SEEN,
    "GET /stock-notes": STOCK_SEEN,
    "GET /stock-notes/new": {MD},
    "POST /stock-notes": {MD},
    "GET /stock-notes/{subject_id}": STOCK_SEEN,
    "POST /stock-notes/{subject_id}/{step}": STOCK_SEEN,
}


VISITED = {R, M, L, D, CO, T}
KEPT = (
    *("send-technician", "arrive-as-agreed", "record-result", "record-no-show"),
    *("tell-cannot-keep", "move-appointment", "cancel-appointment"),
)
APPOINTMENTS: dict[str, set[Post]] = {
    "GET /api/v1/slots": {R, M, L, D},
    "GET /api/v1/slot-templates": {R, M, L, D},
    "POST /api/v1/slot-templates": {M, L},
    "GET /slots": {R, M, L, D},
    "POST /slots": {M, L},
    "GET /day": VISITED,
    "POST /api/v1/home-services/{subject_id}/agree-home-service": VISITED,
    "POST /api/v1/home-services/{subject_id}/decline-home-service": VISITED,
}
for _path in ("appointments", "home-services"):
    APPOINTMENTS |= {
        f"GET /api/v1/{_path}": VISITED,
        f"POST /api/v1/{_path}": {R},
        f"GET /api/v1/{_path}/{{subject_id}}": VISITED,
        f"GET /api/v1/{_path}/{{subject_id}}/events": VISITED,
        f"GET /api/v1/{_path}/{{subject_id}}/link": {R, M},
        f"GET /api/v1/own/{_path}/{{token}}": ANYBODY,
        f"GET /api/v1/own/{_path}/{{token}}/slots": ANYBODY,
        f"POST /api/v1/own/{_path}/{{token}}/move-appointment": ANYBODY,
        f"POST /api/v1/own/{_path}/{{token}}/cancel-appointment": ANYBODY,
        f"GET /{_path}": VISITED,
        f"GET /{_path}/new": {R},
        f"POST /{_path}": {R},
        f"GET /{_path}/{{subject_id}}": VISITED,
        f"GET /{_path}/{{subject_id}}/print": VISITED,
        f"GET /{_path}/{{subject_id}}/link": {R, M},
        f"POST /{_path}/{{subject_id}}/{{step}}": VISITED,
        f"GET /own/{_path}/{{token}}": ANYBODY,
        f"POST /own/{_path}/{{token}}/{{step}}": ANYBODY,
    }
    APPOINTMENTS |= {f"POST /api/v1/{_path}/{{subject_id}}/{step}": VISITED for step in KEPT}
STEPS = {
    f"POST /api/v1/tickets/{{ticket_id}}/{name.replace('_', '-')}": TICKETS
    for name in PEOPLES_STEPS
}
_CALL_OUT_STEPS = (
    *("accept-call", "decline-call", "record-no-answer", "record-not-reached"),
    *("call-again", "stop-calling"),
)
CALL_OUTS = {
    "GET /api/v1/call-outs": ALL - {A},
    "POST /api/v1/call-outs": {M, L, D},
    "GET /api/v1/call-outs/{subject_id}": ALL - {A},
    "GET /api/v1/call-outs/{subject_id}/events": ALL - {A},
    **{f"POST /api/v1/call-outs/{{subject_id}}/{step}": ALL - {A} for step in _CALL_OUT_STEPS},
    "GET /call-outs": ALL - {A},
    "GET /call-outs/new": {M, L, D},
    "POST /call-outs": {M, L, D},
    "GET /call-outs/{subject_id}": ALL - {A},
    "POST /call-outs/{subject_id}/{step}": ALL - {A},
}
