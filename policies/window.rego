# The daily freeze window
#
# data.yaml has one window. It names the cluster classes to which the window applies. The window may cross midnight. If
# its start equals its end, the window lasts the whole day. Undos may run in the window, because they need no verdict.
package airlock

deny contains {"rule": "freeze-window", "sentence": sentence} if {
	freezes
	frozen
	window := data.freeze_window
	sentence := sprintf("every day from %s to %s (%s) nothing is executed in clusters of class %s", [
		window.from,
		window.to,
		window.zone,
		input.cluster.class,
	])
}

# The window applies to this plan: the plan would be executed, in a cluster of a class that the window names.
freezes if {
	execute[input.phase]
	input.cluster.class in data.freeze_window.classes
}

# The time of the input is in the window.
frozen if {
	opens < closes
	minute >= opens
	minute < closes
}

frozen if {
	opens == closes
	is_number(minute)
}

frozen if {
	opens > closes
	minute >= opens
}

frozen if {
	opens > closes
	minute < closes
}

# A condition of `allowed`. If the window is malformed (such as one with an unknown zone), no plan to which it applies
# is allowed. A plan whose cluster class or time is unknown is never allowed.
outside_window if {
	known_when_and_where
	not freezes
}

outside_window if {
	known_when_and_where
	is_number(minute)
	is_number(opens)
	is_number(closes)
	not frozen
}

known_when_and_where if {
	is_array(data.freeze_window.classes)
	is_string(input.cluster.class)
	is_number(time.parse_rfc3339_ns(input.now))
}

minute := (hour * 60) + minutes if [hour, minutes, _] := time.clock([time.parse_rfc3339_ns(input.now), data.freeze_window.zone])

opens := minute_of(data.freeze_window.from)

closes := minute_of(data.freeze_window.to)

# Minutes since midnight of a time such as 06:30.
minute_of(clock) := time.parse_rfc3339_ns(sprintf("1970-01-01T%s:00Z", [clock])) / 60000000000
