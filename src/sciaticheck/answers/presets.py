"""What tables of form tools look like: each tool's own columns, its names for answers, and how it marks a tick.

Numbers are codes that only a project's dictionary explains. A preset says exactly which it reads; the rest is refused.
"""

from __future__ import annotations

from sciaticheck.answers.mapping import Mapping, Word

_WORDS: dict[str, Word] = dict.fromkeys(("don't know", "don’t know", "do not know", "dont_know", "not_sure"), "unsure")  # noqa: RUF001 - as typed
# REDCap's missing data codes, as far as they say which.
_MISSING: dict[str, Word] = {
    **dict.fromkeys(("unk", "asku"), "unsure"),
    **dict.fromkeys(("nask", "ni", "na", "nav", "msk"), "unanswered"),
}
_REDCAP = (
    "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_survey_identifier",
    "redcap_data_access_group", "*_timestamp", "*_complete", "event name", "repeat instrument", "repeat instance",
    "survey identifier", "data access group", "survey timestamp*", "complete?",
)  # fmt: skip
_REDCAP_IDS = ("record_id", "record id")
_REDCAP_MORE = (
    "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance",
    "event name", "repeat instrument", "repeat instance",
)  # fmt: skip
# Notes of a form become empty columns.
_XFORM = (
    "start", "end", "today", "starttime", "endtime", "deviceid", "subscriberid", "simid", "simserial", "phonenumber",
    "devicephonenum", "username", "email", "duration", "audit", "instanceid", "instancename", "rootuuid",
    "deprecatedid", "note_*", "__version__", "_version_", "generated_*",
)  # fmt: skip

PRESETS: dict[str, Mapping] = {
    "redcap-raw": Mapping(
        "--from redcap-raw",
        values={**_WORDS, **_MISSING, "1": "yes", "0": "no", "2": "unsure"},
        numbers=False,
        ids=_REDCAP_IDS,
        and_ids=_REDCAP_MORE,
        ignore=_REDCAP,
        ticks="___",
    ),
    "redcap-labels": Mapping(
        "--from redcap-labels",
        values=_WORDS,
        numbers=False,
        ids=_REDCAP_IDS,
        and_ids=_REDCAP_MORE,
        ignore=_REDCAP,
        ticks="___",
    ),
    "odk": Mapping(
        "--from odk",
        values=_WORDS,
        numbers=False,
        ids=("key", "instanceid"),
        ignore=(
            *_XFORM, "key", "submissiondate", "submitterid", "submittername", "attachmentspresent",
            "attachmentsexpected", "status", "reviewstate", "edits", "formversion", "parent_key",
        ),
        groups="-",
        ticks="/",
    ),
    "kobo": Mapping(
        "--from kobo",
        values=_WORDS,
        numbers=False,
        ids=("_uuid", "_id", "instanceid"),
        ignore=(
            *_XFORM, "_id", "_uuid", "uuid", "_submission_time", "_validation_status", "_notes", "_status",
            "_submitted_by", "_tags", "_index", "_parent_index", "_parent_table_name", "_xform_id_string",
            "_attachments", "_geolocation", "_bamboo_dataset_id", "_duration", "_edited", "_media_all_received",
        ),
        groups="-/",
        ticks="/",
    ),
    "surveycto": Mapping(
        "--from surveycto",
        values=_WORDS,
        numbers=False,
        ids=("key", "instanceid"),
        ignore=(
            *_XFORM, "key", "formdef_version", "submissiondate", "completiondate", "caseid", "review_status",
            "review_quality", "review_comments", "review_corrections",
        ),
        groups="-/",
        ticks="/",
    ),
    "qualtrics": Mapping(
        "--from qualtrics",
        values=_WORDS,
        numbers=False,
        ids=("responseid",),
        ignore=(
            "startdate", "enddate", "status", "ipaddress", "progress", "duration (in seconds)", "finished",
            "recordeddate", "responseid", "recipientlastname", "recipientfirstname", "recipientemail",
            "externalreference", "externaldatareference", "locationlatitude", "locationlongitude",
            "distributionchannel", "userlanguage",
        ),
        import_ids=True,
    ),
}  # fmt: skip
"""The presets by name. `ignore` and `ids` in lower case, without the group a column stands in."""
