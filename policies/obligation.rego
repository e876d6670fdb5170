# Who must approve
#
# `approvals` has the number of approvals by trust phase and tier (ARCHITECTURE, Trust). A plan whose phase or tier is
# not in the table is not allowed.
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
	# If several approvals are needed, each must come from a different group: people of one group may share one view.
	"distinctGroups": needed > 1,
} if {
	needed := approvals[input.phase][tier]
}
