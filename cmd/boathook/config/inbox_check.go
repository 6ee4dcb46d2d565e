package config

import (
	"github.com/boathook/boathook/proxy"
)

// readCheck reads a key that says how an inbox checks signatures.
func (in *Inbox) readCheck(path, name string, v *node) (err error) {
	switch name {
	case "scheme":
		if in.Scheme, err = v.string(path); in.Scheme == "auto" {
			in.Scheme = ""
		}
	case "secret":
		in.Secrets, err = in.readSecrets(path, v)
	case "url_base":
		in.URLBase, err = v.string(path)
	case "context":
		in.Context, err = v.pairs(path)
	case "tolerance":
		in.ToleranceS, err = Seconds(v.text)
		err = v.checked(path, func(string) error { return err })
	case "challenges":
		var words []string
		words, err = v.strings(path)
		in.Challenges = words
	case "challenge_token":
		in.ChallengeToken, err = v.string(path)
	}
	return err
}

// readSecrets takes one secret or a list, the current one first.
func (in *Inbox) readSecrets(path string, v *node) ([]proxy.Secret, error) {
	texts, err := v.strings(path)
	if err != nil {
		return nil, err
	}
	items := []*node{v}
	if v.kind == list {
		items = v.items
	}
	var secrets []proxy.Secret
	for i, text := range texts {
		in.secret = in.secret || items[i].plain
		secrets = append(secrets, proxy.Secret{Value: text})
	}
	return secrets, nil
}
