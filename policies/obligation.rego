# Who has to say yes
#
# Trust phase by tier (ARCHITECTURE, Trust). A phase or a tier that is not in the table allows nothing.
package airlock

approvals := {
	"shadow": {"low": 1, "medium": 1, "high": 2},
	"assist": {"low": 1, "medium": 1, "high": 2},
	"limited": {"low": 1, "medium": 1, "high": 2},
	"autonomous": {"low": 0, "medium": 1, "high": 2},
}

obligation := {
	"approvals": needed,
	"groups": data.approver_groups[tier],
	# Two people of one team have one view.
	"distinctGroups": needed > 1,
} if {
	needed := approvals[input.phase][tier]
}
