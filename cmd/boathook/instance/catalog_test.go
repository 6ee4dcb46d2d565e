package instance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProvidersOfTheDataFolder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text, fault string
	}{
		{"good", "id: acme\nname: Acme\nevents:\n- name: made\n  description: it was made\n  fields: [{name: a, type: string}]\n", ""},
		{"a key that is none", "id: acme\nname: Acme\nnosuch: 1\n", "acme.yaml:3:1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, providersFolder), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, providersFolder, "acme.yaml"), []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s := &Server{opt: Options{Dir: dir}}
			c, err := s.openCatalog()
			if tt.fault != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fault) {
					t.Errorf("= %v, want %s", err, tt.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Find("acme/made"); err != nil {
				t.Error(err)
			}
		})
	}
}
