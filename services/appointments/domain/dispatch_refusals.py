"""Why nobody is sent on to another site, or asked back."""

from __future__ import annotations

from shared.kit.refusals import refusal

CourseBegun = refusal(
    "course-begun",
    zh="此人已接种第一剂，第二剂留在开始接种的接种点，不能转走。",
    en="This person has had the first dose; the course stays with the site that began it.",
)
ToThisSite = refusal(
    "not-another-site",
    422,
    zh="请选别的接种点；此人就在这里。",
    en="Choose another site; the person is at this one.",
    field="to",
)
NotSentOn = refusal(
    "not-sent-on",
    zh="本接种点没有把此人转走，无需转回。",
    en="This site has not sent this person on; there is nobody to ask back.",
)
