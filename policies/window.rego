# The daily freeze window
#
# data.yaml defines one window and the cluster classes to which the window applies. The window may cross midnight. If
# the start equals the end, the window lasts the whole day. If an executed plan fails, its undo needs no new verdict, so
# this undo may run in the window. An undo that a person requests is a new plan, so the window applies to it.
package airlock

deny contains {"rule": "freeze-window", "sentence": sentence} if {
	freeze_window_applies
	inside_freeze_window
	window := data.freeze_window
	sentence := sprintf("every day from %s to %s (%s) no plan is executed in clusters of class %s", [
		window.from,
		window.to,
		window.zone,
		input.cluster.class,
	])
}

# The window applies to plans that Airlock may execute, in clusters of the classes that data.yaml lists.
freeze_window_applies if {
	may_execute[input.phase]
	input.cluster.class in data.freeze_window.classes
}

# `input.now` is in the window, and the window does not cross midnight.
inside_freeze_window if {
	start_minute < end_minute
	current_minute >= start_minute
	current_minute < end_minute
}

# The window lasts the whole day.
inside_freeze_window if {
	start_minute == end_minute
	is_number(current_minute)
}

# The window crosses midnight, and `input.now` is in the part before midnight.
inside_freeze_window if {
	start_minute > end_minute
	current_minute >= start_minute
}

# The window crosses midnight, and `input.now` is in the part after midnight.
inside_freeze_window if {
	start_minute > end_minute
	current_minute < end_minute
}

# The window does not apply to this plan.
freeze_window_permits if {
	time_and_classes_valid
	not freeze_window_applies
}

# `input.now` is outside the window. A malformed window, for example with an unknown zone, does not satisfy this rule.
freeze_window_permits if {
	time_and_classes_valid
	is_number(current_minute)
	is_number(start_minute)
	is_number(end_minute)
	not inside_freeze_window
}

time_and_classes_valid if {
	is_array(data.freeze_window.classes)
	is_string(input.cluster.class)
	is_number(time.parse_rfc3339_ns(input.now))
}

# `current_minute`, `start_minute` and `end_minute` are minutes since midnight in the zone of the window.
current_minute := (hour * 60) + minute if {
	[hour, minute, _] := time.clock([time.parse_rfc3339_ns(input.now), data.freeze_window.zone])
}

start_minute := minute_of_day(data.freeze_window.from)

end_minute := minute_of_day(data.freeze_window.to)

# Returns the minutes since midnight for a time such as 06:30. A minute has 60,000,000,000 ns.
minute_of_day(clock_time) := time.parse_rfc3339_ns(sprintf("1970-01-01T%s:00Z", [clock_time])) / 60000000000
