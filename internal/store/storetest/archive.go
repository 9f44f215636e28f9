package storetest

import "testing"

var archiveTests = map[string]func(*testing.T, Opener){}
