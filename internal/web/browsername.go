package web

import "strings"

const unknownBrowser = "Navigateur inconnu"

// A browser says of itself what others are too: the first sign that it has counts.
var (
	browserSigns = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Vivaldi/", "Vivaldi"},
		{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	}
	systemSigns = [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Macintosh", "Mac"}, {"Linux", "Linux"},
	}
)

// browserName is what a person calls the browser that says agent: « Firefox, Windows ».
// Nothing of agent itself is kept.
func browserName(agent string) string {
	browser, system := signed(agent, browserSigns), signed(agent, systemSigns)
	switch {
	case browser == "" && system == "":
		return unknownBrowser
	case browser == "":
		return unknownBrowser + ", " + system
	case system == "":
		return browser
	}
	return browser + ", " + system
}

func signed(agent string, signs [][2]string) string {
	for _, s := range signs {
		if strings.Contains(agent, s[0]) {
			return s[1]
		}
	}
	return ""
}
