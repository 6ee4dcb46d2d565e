package signer

// Cause names why a signature fails. The values are stable: they are stored and
// searched for.
type Cause string

const (
	Reserialized     Cause = "reserialized"
	SecretWhitespace Cause = "secret-whitespace"
	SecretEncoding   Cause = "secret-encoding"
	OtherSecret      Cause = "other-secret"
	OtherScheme      Cause = "other-scheme"
	DigestEncoding   Cause = "encoding"
	Version          Cause = "version"
	StaleTimestamp   Cause = "stale"
	OtherURL         Cause = "url"
	TrailingNewline  Cause = "trailing-newline"
	Compressed       Cause = "compressed"
	Base64Body       Cause = "base64-body"
	Charset          Cause = "charset"
	FormReencoded    Cause = "form-reencoded"
	TimestampUnit    Cause = "timestamp-unit"
	OtherTemplate    Cause = "template"
	WrongHash        Cause = "wrong-hash"
	Truncated        Cause = "truncated"
	HeaderMissing    Cause = "header-missing"
	HeaderName       Cause = "header-name"
	HeaderJoined     Cause = "header-joined"
	HeaderValue      Cause = "header-value"
	Malformed        Cause = "malformed"
	KeyType          Cause = "key-type"
	SecretMissing    Cause = "secret-missing"
	Comparison       Cause = "comparison"
	Unknown          Cause = "unknown" // everything tried was ruled out
)

// CauseText explains a cause to a person.
type CauseText struct {
	Cause Cause  `json:"cause"`
	Title string `json:"title"` // a few words
	// Sender explains it when the request does not verify here, App when it
	// verifies here and an app's own code gets another digest.
	Sender string `json:"sender"`
	App    string `json:"app"`
}

// Causes lists every cause.
func Causes() []CauseText { return append([]CauseText(nil), causeTexts...) }

// Explain is the text of the cause.
func (c Cause) Explain() CauseText {
	for _, t := range causeTexts {
		if t.Cause == c {
			return t
		}
	}
	return CauseText{Cause: c}
}

var causeTexts = []CauseText{
	{Reserialized, "re-serialised JSON", "What arrived is not what was signed: something on the way parsed the JSON and wrote it anew.", "Your code parses the JSON and writes it anew before it checks. Check the raw bytes, before any decoding."},
	{SecretWhitespace, "white space in the secret", "The secret that is set here has white space or a line end too much or too little.", "Your code uses the secret with white space or a line end too much or too little, often from a file or an environment variable."},
	{SecretEncoding, "secret decoded wrongly", "The sender reads the secret in another way than this scheme does.", "Your code reads the secret in another way than the provider: decoded where it is text, as text where it must be decoded, or with its prefix."},
	{OtherSecret, "another secret", "The request was signed with another secret than the one set here.", "Your code uses another secret than the sender."},
	{OtherScheme, "another scheme", "The request is signed, but in the way of another scheme.", "Your code checks in the way of another scheme."},
	{DigestEncoding, "digest written in another form", "The cryptography is right, only the text form of the signature differs from what the scheme says.", "Your code computes the right digest and only writes it in another form."},
	{Version, "signature of another version", "The header holds a genuine signature, but under a version that does not count for this scheme.", "Your code reads the entry of another version."},
	{StaleTimestamp, "timestamp outside the window", "The signature is genuine, but too old or too new: a replay, a late retry, or a clock that is off.", "The signature is genuine, but your clock or your window refuses it."},
	{OtherURL, "another URL", "The sender signed the address in another form than it is set here; a proxy or tunnel may have changed it.", "Your code rebuilds the address in another form than the sender knows it. Set the public URL instead."},
	{TrailingNewline, "line ends or white space around the body", "Line ends or white space at the end of the body were added or removed on the way.", "Your code adds or removes line ends or white space of the body."},
	{Compressed, "compressed body", "The signature is over the body before or after compression, and what arrived is the other.", "Your code checks the body before or after decompression, and the signature is over the other."},
	{Base64Body, "base64 around the body", "The body was put into base64 or taken out of it on the way, as serverless gateways do.", "Your code checks the body inside of base64, as serverless gateways hand it over. Decode it first."},
	{Charset, "character set changed", "The text of the body was decoded and encoded in another character set on the way.", "Your code decodes the body as text in another character set. Check the bytes."},
	{FormReencoded, "form parsed and written anew", "The form in the body was parsed and written anew, or only one of its fields was signed.", "Your code parses the form and writes it anew, or checks one field of it. Check the raw bytes."},
	{TimestampUnit, "timestamp in another unit or form", "The timestamp is written in another unit or form than the scheme says.", "Your code re-formats the timestamp, or reads it in another unit. Use the text of the header as it is."},
	{OtherTemplate, "other parts or order signed", "The sender puts the parts of the signed content together in another way.", "Your code puts the parts of the signed content together in another way."},
	{WrongHash, "another hash", "The signature is made with another hash function than the scheme says.", "Your code uses another hash function."},
	{Truncated, "body not whole", "The body that arrived is not whole.", "Your code checks only a part of the body, or an empty one because the stream was read before."},
	{HeaderMissing, "signature header missing", "The sender has no secret set, or a proxy dropped the header.", "A header of the scheme does not reach your code."},
	{HeaderName, "header renamed", "A proxy or server renamed the header.", "Your code or server reads the header under another name."},
	{HeaderJoined, "several headers joined", "Several headers were joined into one by a proxy.", "Several headers were joined into one."},
	{HeaderValue, "header with another value", "A header that the scheme fixes has another value.", "A header that the scheme fixes has another value."},
	{Malformed, "signature cannot be read", "The header does not have the form of the scheme, and nothing in it reads as a digest.", "The header does not have the form of the scheme."},
	{KeyType, "key of another kind", "The key that is set here is of another kind than the scheme uses.", "Your code uses a key of another kind."},
	{SecretMissing, "no secret", "No usable secret is set here.", "Your code has no usable secret."},
	{Comparison, "only the comparison is wrong", "", "Your code computes the right digest: only the comparison is wrong. Compare decoded bytes in constant time."},
	{Unknown, "cause not found", "Nothing that was tried reproduces the signature. Either it was made with a secret that is not known here, or the body was changed in a way that cannot be undone.", "Nothing that was tried gives this digest: your code uses a secret that is not known here, or another body."},
}
