"""Attribution: who carried a campaign, in figures that say what they rest on. Engaged accounts, not followers: those are not to be had."""

ATTRIBUTE_GROUP = "attribute-reach"
