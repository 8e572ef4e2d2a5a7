"""What tests of the kernel and of the rooms stand on: real servers, rooms to drive, a clock to set, builders."""
