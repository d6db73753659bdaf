"""What is done to knowledge, in the words of the audit trail."""

from django.utils.translation import gettext_lazy as _

from cs_platform.audit import name_deeds

name_deeds(
    {
        "entry.picture_added": _("Added a picture to an answer"),
        "entry.picture_removed": _("Removed a picture from an answer"),
        "entry.published_anyway": _("Published in spite of an overlap"),
        "entry.merged": _("Merged an entry's phrasings into another"),
        "experiment.started": _("Started an answer experiment"),
        "experiment.ended": _("Ended an answer experiment"),
        "dictionary.group_saved": _("Changed a synonym group"),
        "dictionary.term_saved": _("Changed a term of the dictionary"),
        "dictionary.removed": _("Removed from the dictionary"),
        "dictionary.shipped_switched": _("Switched a shipped synonym group"),
        "experiment.guarded": _("Ended an answer experiment that did harm"),
        "gate.overridden": _("Published in spite of golden questions"),
    }
)
