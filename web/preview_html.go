package web

import (
	"strings"

	"golang.org/x/net/html"
)

// shownTags are the elements that are left in a page of a stranger: those which only
// hold, order or draw text. Of others the tags are left out and what they hold stays.
var shownTags = setOf(`a abbr acronym address article aside b bdi bdo big blockquote body br button caption center cite code
	col colgroup data dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6
	head header hgroup hr html i img input ins kbd label legend li main mark menu meter nav nobr ol optgroup option output p
	picture pre progress q rp rt ruby s samp search section select small span strike strong style sub summary sup table tbody
	td textarea tfoot th thead time tr tt u ul var wbr
	svg g path rect circle ellipse line polyline polygon text tspan defs lineargradient radialgradient stop clippath mask symbol use pattern`)

// mutedTags are elements that go with all they hold, since that is not to be read.
var mutedTags = setOf("script title template iframe noembed noframes")

// mutedAttributes lead elsewhere, ask for something, or take the keyboard.
// Handlers of events and links are told apart by [keepsAttribute].
var mutedAttributes = setOf(`action archive autofocus background cite classid codebase data download dynsrc formaction http-equiv
	imagesrcset is longdesc lowsrc manifest ping popover popovertarget poster profile srcdoc srcset target usemap`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// quietHTML writes a page anew so that it asks for nothing, leads nowhere and runs
// nothing. What a policy of the browser forbids already is left out once more, and
// so is what no policy forbids: hints to connect, and links. It works on tags, in
// time and memory linear in the size, and writes each of them itself: a tag that is
// not in the table cannot come out of it, however the page is nested.
func quietHTML(text string) string {
	var b strings.Builder
	if modern(text) {
		b.WriteString("<!doctype html>")
	}
	// The keyboard reaches a frame that has something to stop at, to move it.
	b.WriteString(`<html tabindex="0">`)
	writeQuiet(&b, text, true)
	return b.String()
}

// modern reports whether a page begins with the doctype of HTML, after comments at most.
func modern(text string) bool {
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch kind := z.Next(); {
		case kind == html.DoctypeToken:
			return strings.HasPrefix(strings.ToLower(z.Token().Data), "html")
		case kind == html.CommentToken, kind == html.TextToken && strings.TrimSpace(string(z.Raw())) == "":
		default:
			return false
		}
	}
}

// writeQuiet takes what a noscript holds for markup if it is outermost: no script runs.
func writeQuiet(b *strings.Builder, text string, outermost bool) {
	z := html.NewTokenizer(strings.NewReader(text))
	muted := ""  // the element whose content is being left out
	inside := "" // an element whose content is no markup
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return // the end
		}
		token := z.Token()
		switch kind {
		case html.TextToken:
			switch {
			case muted != "":
			case inside == "style":
				b.WriteString(quietCSS(token.Data))
			case inside == "noscript":
				if outermost {
					writeQuiet(b, token.Data, false)
				}
			default:
				b.WriteString(html.EscapeString(token.Data))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if muted != "" {
				continue
			}
			inside = token.Data
			if mutedTags[token.Data] {
				muted = token.Data
			}
			writeTag(b, token)
		case html.EndTagToken:
			inside = ""
			if muted == token.Data {
				muted = ""
			} else if muted == "" && shownTags[token.Data] {
				b.WriteString("</" + token.Data + ">")
			}
		}
	}
}

func writeTag(b *strings.Builder, token html.Token) {
	if !shownTags[token.Data] {
		return
	}
	b.WriteString("<" + token.Data)
	for _, a := range token.Attr {
		if keepsAttribute(token.Data, a.Key, a.Val) {
			b.WriteString(" " + a.Key + `="` + html.EscapeString(a.Val) + `"`)
		}
	}
	if token.Type == html.SelfClosingTagToken {
		b.WriteString(" /")
	}
	b.WriteString(">")
}

func keepsAttribute(tag, name, value string) bool {
	switch {
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-:_") != "", strings.HasPrefix(name, "on"), mutedAttributes[name]:
		return false
	case name == "href", name == "xlink:href":
		return strings.HasPrefix(value, "#")
	case name == "src":
		return tag == "img" && strings.HasPrefix(strings.ToLower(value), "data:image/")
	}
	return true
}

// quietCSS keeps a style sheet from being read as markup where styles hold some.
func quietCSS(text string) string {
	var b strings.Builder
	for i, c := range text {
		if next := text[i+1:]; c == '<' && next != "" && !strings.ContainsAny(next[:1], " \t\n=0123456789") {
			b.WriteString(`\3c `)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}
