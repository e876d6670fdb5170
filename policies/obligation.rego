# Who must approve
#
# The number of approvals depends on the trust phase and the tier (ARCHITECTURE, Trust). A plan whose phase or tier is
# not in the table is not allowed. In shadow and assist no plan is executed. For these phases, the table says how many
# approvals an execution would need.
package airlock

needed_approvals := {
	"shadow": {"low": 1, "medium": 1, "high": 2},
	"assist": {"low": 1, "medium": 1, "high": 2},
	"limited": {"low": 1, "medium": 1, "high": 2},
	"autonomous": {"low": 0, "medium": 1, "high": 2},
}

obligation := {
	"approvals": number,
	"groups": data.approver_groups[tier],
	# If several people must approve, each must be of a different group: people of one group may make the same mistake.
	"distinctGroups": number > 1,
} if {
	number := needed_approvals[input.phase][tier]
}
