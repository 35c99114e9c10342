"""Every gate of the product, what opens it, and where the matrix then finds a breach."""

from clients.appointments import rules as visits
from clients.appointments.models import AppointmentQuerySet
from clients.assets import rules as assets
from clients.book import list_actions, lookup, queries
from clients.book import rules as book
from clients.book.models import OfClientsQuerySet
from clients.book.models.client import ClientQuerySet
from clients.book.models.duplicates import DuplicateQuerySet
from clients.book.models.holdings import HouseholdQuerySet
from clients.book.models.lists import KeptQuerySet
from clients.exports import rules as exports
from clients.exports.models import ExportQuerySet
from clients.followups import rules as followups
from clients.followups.models import ContactQuerySet, FollowUpQuerySet
from clients.handover import rules as handovers
from clients.handover.models import HandoverQuerySet
from clients.intake import rules as intake
from clients.intake.models import RunQuerySet, SavedMappingQuerySet
from clients.lobby import rules as referrals
from clients.lobby.models import ReferralQuerySet
from clients.market import rules as market
from clients.market.models import NoteQuerySet, ReportQuerySet
from clients.merging import rules as merges
from clients.privacy.models.requests import PrivacyRequestQuerySet
from clients.privacy.rules import closing
from clients.privacy.rules import requests as data_requests
from clients.prospecting import rules as prospecting
from clients.prospecting.models import LeadListQuerySet
from clients.reassignment import rules as plan_rules
from clients.reassignment.models import PlanQuerySet
from clients.requests.models import RequestQuerySet
from clients.sales import rules as sales
from clients.worklog import rules as worklogs
from clients.worklog.models import WorkLogQuerySet
from managers.access import rules as access
from managers.competition import rules as competition
from managers.competition.models import AppealQuerySet
from managers.grades import rules as ladder
from managers.grades.models import AssessmentQuerySet, CycleQuerySet
from managers.inbox.models import NotificationQuerySet
from managers.people import scope
from tests.visibility.ways import (
    a_head_finds_a_mapping_of_elsewhere,
    a_head_gives_up_a_plan_of_elsewhere,
    a_head_reads_standings_of_elsewhere,
    a_head_shares_a_mapping_with_all,
    a_head_takes_a_file_along,
    all_households,
    all_of_the_bank,
    all_places,
    all_rows,
    all_standings,
    all_units,
    also_what_is_locked,
    an_auditor_reads_a_file_that_was_sent_to_them,
    an_rm_answers_a_request,
    an_rm_approves_what_they_were_not_asked,
    an_rm_looks_up_a_stranger,
    an_rm_makes_two_files_one,
    an_rm_reads_a_cycle_without_them,
    an_rm_reads_the_appeal_of_a_colleague,
    an_rm_reads_the_entries_of_a_colleague,
    an_rm_refers_a_stranger,
    an_rm_takes_a_request_of_a_stranger_down,
    anybody,
    everybody,
    no_objection,
    yes,
)

GATES = [
    (ClientQuerySet, "visible_to", all_rows, "client GET client"),
    (ClientQuerySet, "visible_to", all_rows, "assign GET pooled"),
    (ClientQuerySet, "visible_to", all_rows, "api-client-detail GET pooled"),
    (ClientQuerySet, "visible_to", all_rows, "api-holding-detail GET holding"),
    (ClientQuerySet, "in_use", also_what_is_locked, "client GET locked"),
    (FollowUpQuerySet, "visible_to", all_rows, "follow-up GET follow-up"),
    (FollowUpQuerySet, "visible_to", all_rows, "api-follow-up-detail GET follow-up"),
    (WorkLogQuerySet, "visible_to", all_rows, "work-log GET work-log"),
    (worklogs, "may_write_log", yes, "api-work-log-list POST -"),
    (RequestQuerySet, "visible_to", all_rows, "request GET request"),
    (ContactQuerySet, "visible_to", all_rows, "api-contact-detail GET contact"),
    (AppointmentQuerySet, "visible_to", all_rows, "api-appointment-detail GET visit"),
    (visits, "may_work", yes, "api-appointment-confirm POST proposed"),
    (visits, "may_receive", yes, "api-appointment-tick POST visit"),
    (NoteQuerySet, "visible_to", all_rows, "api-market-note-detail GET note"),
    (ReportQuerySet, "visible_to", all_rows, "market-report GET report"),
    (market, "may_note", yes, "api-market-note-list POST -"),
    (market, "may_write", yes, "api-market-report-detail PATCH handed-in"),
    (LeadListQuerySet, "visible_to", all_rows, "api-lead-list-detail GET lead-list"),
    (prospecting, "may_win", yes, "api-prospect-advance POST lent"),
    (prospecting, "may_give_leads", yes, "lead-list-new GET -"),
    (HouseholdQuerySet, "visible_to", all_households, "api-household-detail GET household"),
    (ReferralQuerySet, "visible_to", all_rows, "referral GET referral-to-me"),
    (HandoverQuerySet, "visible_to", all_rows, "handover GET submitted-to-me"),
    (scope, "units", all_units, "client GET client"),
    (scope, "units", all_units, "api-referral-list POST pooled"),
    (scope, "may", yes, "api-audit-event-detail GET audit-event"),
    (scope, "may", yes, "api-competition-standings GET competition"),
    (scope, "require", no_objection, "client-list GET -"),
    (scope, "require", no_objection, "branch GET -"),
    (book, "may_edit", yes, "client-edit POST client"),
    (book, "may_restrict", yes, "client-protection POST client"),
    (closing, "may_close", yes, "client-closing POST left"),
    (book, "may_assign", yes, "api-client-assign POST client"),
    (followups, "may_work", yes, "follow-up POST follow-up"),
    (followups, "may_direct", yes, "api-follow-up-reassign POST follow-up"),
    (handovers, "may_send", yes, "handover-withdraw POST submitted-to-me"),
    (handovers, "may_answer", yes, "handover-accept POST submitted-by-me"),
    (handovers, "may_waive", yes, "handover-waive POST gap-by-me"),
    (handovers, "may_decide", yes, "handover-decide POST twice-by-me"),
    (handovers, "may_introduce", yes, "api-handover-introduce POST accepted-by-me"),
    (referrals, "check_answer", no_objection, "referral-decline POST referral-by-me"),
    (referrals, "may_answer", yes, "referral-decline POST referral-by-me"),
    (referrals, "may_place", yes, "referral-place POST referral-to-me"),
    (referrals, "may_refer", yes, an_rm_refers_a_stranger),
    (handovers, "may_hand_over", yes, "api-handover-list POST client"),
    (handovers, "may_read_file", yes, an_auditor_reads_a_file_that_was_sent_to_them),
    (ExportQuerySet, "visible_to", all_rows, "export-download POST export"),
    (exports, "may_decide", yes, an_rm_approves_what_they_were_not_asked),
    (exports, "may_hold", yes, a_head_takes_a_file_along),
    (PrivacyRequestQuerySet, "visible_to", all_rows, "privacy-request GET data-request"),
    (data_requests, "may_answer", yes, an_rm_answers_a_request),
    (data_requests, "may_take_down", yes, an_rm_takes_a_request_of_a_stranger_down),
    (RunQuerySet, "visible_to", all_rows, "import GET import"),
    (SavedMappingQuerySet, "visible_to", all_rows, a_head_finds_a_mapping_of_elsewhere),
    (intake, "may_share_with_all", yes, a_head_shares_a_mapping_with_all),
    (OfClientsQuerySet, "visible_to", all_rows, "api-important-date-detail GET file-date"),
    (KeptQuerySet, "visible_to", all_rows, "view-drop POST view"),
    (DuplicateQuerySet, "visible_to", all_rows, "duplicate GET duplicate"),
    (NotificationQuerySet, "visible_to", all_rows, "inbox-read POST notification"),
    (PlanQuerySet, "visible_to", all_rows, "plan GET plan"),
    (plan_rules, "may_direct", yes, a_head_gives_up_a_plan_of_elsewhere),
    (access, "may_end_access", yes, "api-staff-deactivate POST staff"),
    (AssessmentQuerySet, "visible_to", all_rows, "assessment GET grading"),
    (CycleQuerySet, "visible_to", all_rows, an_rm_reads_a_cycle_without_them),
    (ladder, "visible_places", all_places, "api-grade-history-detail GET held-step"),
    (ladder, "may_advise", yes, "assessment-propose POST grading"),
    (ladder, "may_decide", yes, "assessment-decide POST grading-advised"),
    (lookup, "lookup", everybody, "api-client-lookup GET -"),
    (queries, "within_reach", anybody, an_rm_looks_up_a_stranger),
    (list_actions, "may_drop", yes, "view-drop POST shared-view"),
    (followups, "may_book", yes, "client-note POST lent"),
    (followups, "may_cancel", yes, "follow-up-cancel POST lent-follow-up"),
    (book, "may_reveal", yes, "client-reveal POST lent"),
    (assets, "may_record", yes, "api-balance-list POST client"),
    (sales, "may_advise", yes, "client-offer POST client"),
    (merges, "may_merge", yes, an_rm_makes_two_files_one),
    (competition, "may_explain", yes, an_rm_reads_the_entries_of_a_colleague),
    (competition, "visible_units", all_of_the_bank, a_head_reads_standings_of_elsewhere),
    (competition, "visible_rows", all_standings, a_head_reads_standings_of_elsewhere),
    (competition, "may_run", yes, "api-competition-cancel POST competition"),
    (AppealQuerySet, "visible_to", all_rows, an_rm_reads_the_appeal_of_a_colleague),
]
