package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// templateFunc is a name of [Expand].
type templateFunc struct {
	name     string
	usage    string
	text     string
	min, max int // how many arguments
	make     func(x *expander, args []string) (string, error)
}

// maxWords bounds counts in templates.
const maxWords = 1 << 20

var templateFuncs = []templateFunc{
	{"now", `now "2006-01-02"`, "the time, RFC 3339 in UTC, or in a layout of Go's package time", 0, 1, func(x *expander, a []string) (string, error) {
		if len(a) == 0 {
			return x.Now.UTC().Format(time.RFC3339), nil
		}
		return x.Now.UTC().Format(a[0]), nil
	}},
	{"ago", `ago 24h "2006-01-02"`, "a time before now", 1, 2, func(x *expander, a []string) (string, error) { return x.shifted(a, -1) }},
	{"in", `in 24h "2006-01-02"`, "a time after now", 1, 2, func(x *expander, a []string) (string, error) { return x.shifted(a, 1) }},
	{"date", "date", "the day, 2006-01-02", 0, 0, func(x *expander, _ []string) (string, error) { return x.Now.UTC().Format(time.DateOnly), nil }},
	{"unix", "unix", "seconds since 1970", 0, 0, func(x *expander, _ []string) (string, error) { return strconv.FormatInt(x.Now.Unix(), 10), nil }},
	{"unix_ms", "unix_ms", "milliseconds since 1970", 0, 0, func(x *expander, _ []string) (string, error) { return strconv.FormatInt(x.Now.UnixMilli(), 10), nil }},
	{"seq", "seq", "the number of the event in its run", 0, 0, func(x *expander, _ []string) (string, error) { return strconv.Itoa(x.Seq), nil }},
	{"uuid", "uuid", "a random UUID", 0, 0, func(x *expander, _ []string) (string, error) { return x.id("uuid") }},
	{"id", `id "evt_{base62:24}"`, "an id of a form", 1, 1, func(x *expander, a []string) (string, error) { return x.id(a[0]) }},
	{"hex", "hex 32", "hexadecimal digits", 1, 1, func(x *expander, a []string) (string, error) { return x.sized("hex", a[0]) }},
	{"base62", "base62 24", "letters and digits", 1, 1, func(x *expander, a []string) (string, error) { return x.sized("base62", a[0]) }},
	{"digits", "digits 10", "decimal digits", 1, 1, func(x *expander, a []string) (string, error) { return x.sized("digits", a[0]) }},
	{"int", "int 1 100", "a whole number from the first to the second", 2, 2, func(x *expander, a []string) (string, error) { return x.between(a[0], a[1]) }},
	{"amount", "amount 5 200", "an amount of money with two decimals", 0, 2, func(x *expander, a []string) (string, error) { return x.amount(a) }},
	{"bool", "bool", "true or false", 0, 0, func(x *expander, _ []string) (string, error) { return strconv.FormatBool(x.rnd.IntN(2) == 0), nil }},
	{"choice", `choice "a" "b"`, "one of several texts", 1, 100, func(x *expander, a []string) (string, error) { return x.pick(a), nil }},
	{"first_name", "first_name", "", 0, 0, func(x *expander, _ []string) (string, error) { return x.pick(firstNames), nil }},
	{"last_name", "last_name", "", 0, 0, func(x *expander, _ []string) (string, error) { return x.pick(lastNames), nil }},
	{"full_name", "full_name", "", 0, 0, func(x *expander, _ []string) (string, error) {
		return x.pick(firstNames) + " " + x.pick(lastNames), nil
	}},
	{"email", "email", "an address below example.com", 0, 0, func(x *expander, _ []string) (string, error) {
		return strings.ToLower(x.pick(firstNames) + "." + x.pick(lastNames) + "@example.com"), nil
	}},
	{"phone", "phone", "a number that is kept free for fiction", 0, 0, func(x *expander, _ []string) (string, error) {
		return fmt.Sprintf("+1202555%04d", 100+x.rnd.IntN(100)), nil
	}},
	{"company", "company", "", 0, 0, func(x *expander, _ []string) (string, error) {
		return x.pick(companies) + " " + x.pick(companyForms), nil
	}},
	{"street", "street", "", 0, 0, func(x *expander, _ []string) (string, error) {
		return strconv.Itoa(1+x.rnd.IntN(200)) + " " + x.pick(streets), nil
	}},
	{"city", "city", "", 0, 0, func(x *expander, _ []string) (string, error) { return x.pick(cities), nil }},
	{"postcode", "postcode", "", 0, 0, func(x *expander, _ []string) (string, error) {
		return fmt.Sprintf("%05d", 10000+x.rnd.IntN(89999)), nil
	}},
	{"country", "country", "two letters", 0, 0, func(x *expander, _ []string) (string, error) { return x.pick(countries), nil }},
	{"currency", "currency", "three letters", 0, 0, func(x *expander, _ []string) (string, error) { return x.pick(currencies), nil }},
	{"word", "word", "", 0, 0, func(x *expander, _ []string) (string, error) { return x.pick(plainWords), nil }},
	{"words", "words 5", "words with a space between them", 1, 1, func(x *expander, a []string) (string, error) { return x.words(a[0]) }},
	{"url", "url", "an address below example.com", 0, 0, func(x *expander, _ []string) (string, error) {
		return "https://example.com/" + x.pick(plainWords) + "/" + x.pick(plainWords), nil
	}},
	{"ip", "ip", "an address kept free for documentation", 0, 0, func(x *expander, _ []string) (string, error) {
		return fmt.Sprintf("192.0.2.%d", 1+x.rnd.IntN(254)), nil
	}},
}

// TemplateName describes a name of [Expand].
type TemplateName struct {
	Name  string `json:"name"`
	Usage string `json:"usage"` // with braces and arguments
	Text  string `json:"text,omitempty"`
}

// TemplateNames are the names that templates may use.
func TemplateNames() []TemplateName {
	names := make([]TemplateName, len(templateFuncs))
	for i, f := range templateFuncs {
		names[i] = TemplateName{f.name, "{{" + f.usage + "}}", f.text}
	}
	return names
}

func (x *expander) pick(list []string) string { return list[x.rnd.IntN(len(list))] }

func (x *expander) id(form string) (string, error) { return NewID(form, x.src, x.Now) }

// sized is a part of an id of any length up to maxWords.
func (x *expander) sized(part, count string) (string, error) {
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || n > maxWords {
		return "", fmt.Errorf("%q is no length from 1 to %d", count, maxWords)
	}
	for i := range idParts {
		if idParts[i].name == part {
			return idParts[i].make(x.src, x.Now, n)
		}
	}
	return "", fmt.Errorf("no part %s", part)
}

func (x *expander) between(from, to string) (string, error) {
	low, err := strconv.ParseInt(from, 10, 63)
	high, err2 := strconv.ParseInt(to, 10, 63)
	if err != nil || err2 != nil || low < 0 || high < low {
		return "", fmt.Errorf("%q and %q are not two whole numbers, the smaller first", from, to)
	}
	return strconv.FormatInt(low+x.rnd.Int64N(high-low+1), 10), nil
}

func (x *expander) amount(a []string) (string, error) {
	low, high := 5.0, 200.0
	if len(a) == 1 {
		return "", fmt.Errorf("one bound; give two or none")
	}
	if len(a) == 2 {
		var err, err2 error
		low, err = strconv.ParseFloat(a[0], 64)
		high, err2 = strconv.ParseFloat(a[1], 64)
		if err != nil || err2 != nil || !(low >= 0 && high >= low && high < 1e12) {
			return "", fmt.Errorf("%q and %q are not two amounts, the smaller first", a[0], a[1])
		}
	}
	return strconv.FormatFloat(low+x.rnd.Float64()*(high-low), 'f', 2, 64), nil
}

func (x *expander) words(count string) (string, error) {
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || n > maxWords {
		return "", fmt.Errorf("%q is no count from 1 to %d", count, maxWords)
	}
	list := make([]string, n)
	for i := range list {
		list[i] = x.pick(plainWords)
	}
	return strings.Join(list, " "), nil
}

// shifted is a time that is a duration away from now.
func (x *expander) shifted(a []string, sign time.Duration) (string, error) {
	d, err := ParseDuration(a[0])
	if err != nil {
		return "", err
	}
	layout := time.RFC3339
	if len(a) == 2 {
		layout = a[1]
	}
	return x.Now.Add(sign * time.Duration(d)).UTC().Format(layout), nil
}

var (
	firstNames = strings.Fields("Ada Amir Anna Bo Carla Chidi Dana Elif Femi Greta Hana Ines Ivan Jun Kofi Lena Luca Mara Mina Nils Noor Olga Paul Petra Ravi Rosa Sam Sofia Tomas Uma Vera Wei Yara Zoe")
	lastNames  = strings.Fields("Adler Baker Bauer Castro Costa Diallo Evans Fischer Garcia Haddad Ito Jansen Kim Kowalski Lopez Marin Meyer Moreau Nair Novak Okafor Olsen Park Patel Petrov Rossi Sato Silva Singh Torres Vega Weber Wong Yilmaz")
	companies  = strings.Fields("Alder Birch Cedar Delta Ember Falcon Granite Harbor Iris Juniper Kestrel Lantern Meadow North Orchard Pioneer Quarry River Summit Timber")
	streets    = []string{"Oak Street", "Mill Lane", "Station Road", "Harbour Street", "Park Avenue", "Church Road", "Garden Way", "River Road"}
	cities     = strings.Fields("Amsterdam Barcelona Bergen Boston Dublin Geneva Graz Lagos Leipzig Lisbon Lyon Madrid Osaka Porto Riga Sacramento Toronto Utrecht Vienna Zagreb")
	countries  = strings.Fields("AT CA CH DE ES FR GB IE IT JP NG NL NO PT US")
	currencies = strings.Fields("CHF EUR GBP JPY NOK USD")
	plainWords = strings.Fields("amber anchor apple autumn basil beacon bridge candle canyon carbon cloud coral dawn drift echo ember fable field forest garden glass harbor hazel island ivory jasper kettle lemon linen maple marble meadow mirror north oasis olive orbit paper pebble pine plain quill rain river saddle silver slate stone summer tide timber valley velvet willow winter")

	companyForms = strings.Fields("Ltd GmbH Inc SA BV AS")
)
