package proxy

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/vault"
)

// LockedSecrets lists the inboxes and endpoints of a store that have secrets which
// the vault cannot open, such as "inbox demo", ordered by name. That is so where a
// store was restored beside another key file.
func LockedSecrets(ctx context.Context, store inspector.Store, ws inspector.Workspace, v *vault.Vault) ([]string, error) {
	entries, err := store.Config(ctx, ws, "")
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	var places []string
	for _, e := range entries {
		var entry struct {
			Sealed map[string]string `json:"sealed"`
		}
		if json.Unmarshal(e.Value, &entry) != nil {
			continue // an entry of another kind
		}
		for _, sealed := range entry.Sealed {
			if _, err := v.Unseal(e.Key, sealed); err != nil {
				places = append(places, strings.Replace(e.Key, "/", " ", 1))
				break
			}
		}
	}
	return places, nil
}
