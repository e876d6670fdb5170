# Policy of action undo-rollout
#
# Every step of this action is accepted. policies/verdict.rego decides about the whole plan.
package airlock

step_accepted(step) if step.action == "undo-rollout"
