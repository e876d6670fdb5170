# Who must approve
#
# Number of approvals by trust phase and tier (ARCHITECTURE, Trust). A phase or tier that is not in the table allows nothing.
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
	# Two people of one group may share one view, so they count as one.
	"distinctGroups": needed > 1,
} if {
	needed := approvals[input.phase][tier]
}
