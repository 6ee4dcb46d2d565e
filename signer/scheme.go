package signer

import "time"

// Scheme is the way one provider signs.
type Scheme struct {
	ID       string `json:"id"`                 // stable, lower case, used in the API and in stored deliveries
	Name     string `json:"name"`               // for a person
	Provider string `json:"provider,omitempty"` // id of the provider, "" for a scheme of nobody's

	// Signature says where the signature stands and how it is written.
	Signature Signature `json:"signature"`
	// Algorithm makes the digest, for example "hmac-sha256".
	Algorithm Algorithm `json:"algorithm"`
	// Encoding is how the digest is written as text.
	Encoding Encoding `json:"encoding"`
	// Content is the signed content as a template: literal text with the parts
	// {body}, {timestamp}, {id}, {method}, {url}, {path}, {query}, {secret},
	// {header.NAME}, {query.sorted}, {body.sha256} (raw digest),
	// {body.sha256.hex}, {body.crc32} (decimal), {body.PATH} for a value in a JSON
	// or form body, and {context.NAME}. {{ stands for a brace.
	Content string `json:"content"`
	// Code names a step that builds what the template cannot; see special.go.
	Code string `json:"code,omitempty"`
	// Secret says how the secret's text becomes a key.
	Secret SecretForm `json:"secret"`
	// SecretBytes is how many random bytes a new secret has that is written in
	// hexadecimal; 0: 32.
	SecretBytes int `json:"secret_bytes,omitempty"`
	// Strip are prefixes of the secret that are not part of the key.
	Strip []string `json:"strip,omitempty"`
	// IDHeaders hold the message id of {id}; the first that is there counts.
	IDHeaders []string   `json:"id_headers,omitempty"`
	Timestamp *Timestamp `json:"timestamp,omitempty"`
	// Require are headers that must have a value, name to value. A value of the
	// form {context.NAME} comes from Message.Context and is not checked if it is
	// not there.
	Require map[string]string `json:"require,omitempty"`

	// Hints are headers that tell this scheme from others with the same signature
	// header, for Detect: a name, or name:text for a part of the value.
	Hints []string `json:"hints,omitempty"`
	// Beside is the id of a scheme that the provider signs by in the same request. Where
	// both are there that one counts, for Detect.
	Beside string `json:"beside,omitempty"`

	// Source says where the row was read. Unconfirmed lists what of it was not
	// read in the provider's own code or documentation.
	Source      string   `json:"source,omitempty"`
	Unconfirmed []string `json:"unconfirmed,omitempty"`
}

// Algorithm makes a digest or a signature over the signed content.
type Algorithm string

const (
	HMACSHA1     Algorithm = "hmac-sha1"
	HMACSHA256   Algorithm = "hmac-sha256"
	HMACSHA384   Algorithm = "hmac-sha384"
	HMACSHA512   Algorithm = "hmac-sha512"
	DigestSHA1   Algorithm = "sha1"   // a plain hash; the secret is part of the content
	DigestSHA256 Algorithm = "sha256" // a plain hash; the secret is part of the content
	Ed25519      Algorithm = "ed25519"
	ECDSAP256    Algorithm = "ecdsa-p256-sha256" // ASN.1 DER
	RSASHA1      Algorithm = "rsa-sha1"          // PKCS #1 v1.5
	RSASHA256    Algorithm = "rsa-sha256"        // PKCS #1 v1.5
	Equal        Algorithm = "equal"             // the secret itself, compared
	JWT          Algorithm = "jwt"               // a JWS of the algorithm that fits the key
	JWTHS256     Algorithm = "jwt-hs256"
	JWTES256     Algorithm = "jwt-es256"
)

// Encoding is how a digest is written.
type Encoding string

const (
	Hex       Encoding = "hex"
	HexUpper  Encoding = "HEX"
	Base64    Encoding = "base64"
	Base64URL Encoding = "base64url"
	Text      Encoding = "text" // as it is; for Equal
)

// SecretForm says what the text of a secret is.
type SecretForm string

const (
	SecretText       SecretForm = "text"        // its bytes are the key
	SecretBase64     SecretForm = "base64"      // padded or not
	SecretHex        SecretForm = "hex"         // either case
	SecretNFKD       SecretForm = "nfkd"        // normalised to NFKD, then its bytes
	SecretEd25519    SecretForm = "ed25519-key" // base64 or hex (32 bytes public, or seed and public), PEM or JWK
	SecretECDSA      SecretForm = "ecdsa-key"   // base64 or PEM (public SPKI or private PKCS #8) or JWK
	SecretCert       SecretForm = "certificate" // PEM of a certificate; of a private key to sign
	SecretJWT        SecretForm = "jwt-key"     // PEM or JWK of a public or private key, else text for HS256
	SecretBase64Text SecretForm = "base64|text" // base64 if it reads as such, else text
)

// Layout is how a signature header is put together.
type Layout string

const (
	// Raw is the signature alone, after Signature.Prefix.
	Raw Layout = "raw"
	// Pairs is a list of key=value, for example t=1,v1=ab,v1=cd.
	Pairs Layout = "pairs"
	// Versions is a list of version,value, for example "v1,ab v1,cd".
	Versions Layout = "versions"
	// List is a plain list of signatures.
	List Layout = "list"
	// Credential is Prefix, an id, a colon and the signature, as in an
	// Authorization header. The id is Context["credential_id"] when signing.
	Credential Layout = "credential"
	// Keyed is a list of key/HASH/signature; Accept names the hashes that count.
	Keyed Layout = "keyed"
)

// Signature says where the signature is and how it is written.
type Signature struct {
	// Headers are names of the header; all of those present are read, and the
	// first is written. A name that ends in "-#" is numbered from 1.
	Headers []string `json:"headers,omitempty"`
	// Body is a path in a JSON or form body, instead of a header.
	Body string `json:"body,omitempty"`
	// Query is a query parameter, instead of a header.
	Query  string `json:"query,omitempty"`
	Layout Layout `json:"layout"`
	// Prefix stands before a raw signature, for example "sha256=". It is
	// required unless Optional.
	Prefix   string `json:"prefix,omitempty"`
	Optional bool   `json:"optional_prefix,omitempty"`
	// Separator of the items of a list; spaces around items are ignored.
	Separator string `json:"separator,omitempty"`
	// Accept are the keys or versions that count; others are skipped.
	Accept []string `json:"accept,omitempty"`
}

// Timestamp says where the time of signing stands and how old it may be.
type Timestamp struct {
	Headers []string `json:"headers,omitempty"` // the first that is there counts
	Key     string   `json:"key,omitempty"`     // in a Pairs header
	Body    string   `json:"body,omitempty"`    // path in the JSON or form body; read before the headers
	Query   string   `json:"query,omitempty"`   // a query parameter
	Unit    Unit     `json:"unit"`
	// Past and Future are the allowed age and lead; 0 in both: the provider names
	// no window, so none is checked unless the caller gives one.
	Past   Duration `json:"past,omitempty"`
	Future Duration `json:"future,omitempty"`
	// Unsigned: the timestamp is sent but not signed, so it proves nothing.
	Unsigned bool `json:"unsigned,omitempty"`
}

// Unit is how a timestamp is written.
type Unit string

const (
	Seconds  Unit = "s"
	Millis   Unit = "ms"
	Micros   Unit = "us"
	RFC3339  Unit = "rfc3339"
	HTTPDate Unit = "http-date"
)

// Duration is a time.Duration that is written as "5m" in JSON.
type Duration time.Duration

// MarshalText writes the duration as time.Duration does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}
