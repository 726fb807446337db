"""What an event is to those who read and hear of it. All other rooms stand on this one."""
