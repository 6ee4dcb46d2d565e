package proxy

import "github.com/boathook/boathook/signer"

// onPurpose is the secret that a request was signed with if its sender was told to
// break the signature, so that a check can say so. It is none for a scheme whose
// keys are made anew each time.
func onPurpose(s *signer.Scheme, set []signer.Secret) []signer.Secret {
	switch s.Secret {
	case signer.SecretText, signer.SecretNFKD, signer.SecretBase64Text, signer.SecretHex, signer.SecretBase64:
	default:
		return nil // also, making a key pair would take long
	}
	right := make([]string, len(set))
	for i := range set {
		right[i] = set[i].Value
	}
	wrong, err := Chaos{}.wrongSecret(s, right)
	if err != nil {
		return nil
	}
	return []signer.Secret{{Name: "--chaos " + ChaosBadSig + ", which breaks signatures on purpose", Value: wrong}}
}
