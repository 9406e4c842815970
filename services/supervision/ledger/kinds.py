"""Kinds of events, by which people look for entries of the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from shared.kit.contracts.envelope import NOT_THEIRS

# The codes are those of the terms `event_kinds`, and the storage format.
KINDS: Mapping[str, tuple[str, ...]] = {
    "residents": (
        "RosterImported",
        "ResidentRegistered",
        "ResidentCorrected",
        "ResidentErased",
        "ResidentAlsoListed",
        "ResidentUnlisted",
        "CohortsTagged",
        "CloseMatchFound",
        "CloseMatchDismissed",
        "CloseMatchPostponed",
        "CloseMatchReopened",
        "ResidentsMerged",
        "MergeUndone",
    ),
    "answers": (
        "ConsentGiven",
        "VaccinationDeclined",
        "AnswerTakenBack",
        "ContactAttempted",
        "ContactUndone",
        "CadreAssigned",
    ),
    "bookings": (
        "SessionOpened",
        "SlotTaken",
        "SlotReleased",
        "WeeklyPlanPublished",
        "AppointmentBooked",
        "AppointmentMoved",
        "AppointmentCancelled",
        "AppointmentRefused",
        "NoShowRecorded",
        "ResidentCheckedIn",
        "BookingsMoveOrdered",
        "RebookingAsked",
        "BookedTwice",
        "CoursesKept",
    ),
    "screening": (
        "ResidentCleared",
        "ResidentDeferred",
        "ContraindicationFound",
        "ClearanceWithdrawn",
        "LiftProposed",
        "LiftDeclined",
        "FindingLifted",
    ),
    "doses": (
        "DoseAdministered",
        "ObservationEnded",
        "AdverseEventReported",
        "AdverseEventFollowedUp",
        "AdverseEventReportedUp",
        "ClusterSuspected",
        "PackageRefused",
    ),
    "duty": ("DutyTaken", "DutyLeft"),
    "stock": (
        "SiteOpened",
        "BatchReceived",
        "DoseDrawn",
        "DosesWasted",
        "StockCounted",
        "DosesSent",
        "DosesArrived",
        "BatchRecalled",
        "RecallOrdered",
    ),
    "notices": (
        "NoticePrepared",
        "NoticeReleased",
        "NoticeDiscarded",
        "NoticeStopped",
        "NoticeRetried",
        "NoticeFinished",
        "NoticeSent",
        "NoticeSkipped",
        "NoticeFailed",
        "NoticeDelivered",
    ),
    "units": (
        "CampaignOpened",
        "UnitListed",
        "UnitDocked",
        "UnitOfficersNamed",
        "TargetSet",
        "QuotaSet",
    ),
    "reports": ("WeeklyProgressPublished", "LedgerCheckpointed", "AnomalyFlagged"),
    "looks": ("PersonalDataViewed", "KeysHandedOut"),
    "accounts": (
        "StaffEnrolled",
        "RoleGranted",
        "RoleRevoked",
        "StaffLocked",
        "StaffUnlocked",
        "CredentialsReset",
        "SignedIn",
        "SignedOut",
    ),
    "system": (
        "SigningKeyPublished",
        "SigningKeyRetired",
        "PartKeyPublished",
        "PartKeyRetired",
        "GenerationBegun",
        "SourceHistoryAccepted",
    ),
    "disowned": (NOT_THEIRS,),
}
OF_THE_SYSTEM = "system"
"""The kind of an event that has none of its own yet: it must not stop the ledger."""
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
