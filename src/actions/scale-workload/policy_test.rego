package airlock_test

test_scale_workload_is_denied_above_the_maximum_of_replicas if {
	rules(but("/plan/steps/0/parameters/to", 51)) == {"maximum-replicas"}
	verdict(but("/plan/steps/0/parameters/to", 50)).allowed
}

test_scale_workload_without_a_target_is_denied if {
	rules(but("/plan/steps/0/parameters", {"deployment": "web", "from": 2})) == {"default-deny"}
}
