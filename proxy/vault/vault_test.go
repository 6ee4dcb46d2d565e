package vault

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestSealedTextOpensOnlyInItsPlace(t *testing.T) {
	t.Parallel()
	v := Ephemeral()
	for _, plain := range []string{"", "whsec_x", strings.Repeat("k", 200), "\x00\xff"} {
		sealed, err := v.Seal("inbox/demo", []byte(plain))
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := v.Seal("inbox/demo", []byte(plain)); again == sealed {
			t.Error("the same secret is sealed to the same text twice")
		}
		if plain != "" && strings.Contains(sealed, plain) {
			t.Error("the sealed text shows the secret")
		}
		if got, err := v.Unseal("inbox/demo", sealed); err != nil || string(got) != plain {
			t.Errorf("Unseal = %q, %v", got, err)
		}
		if _, err := v.Unseal("inbox/other", sealed); !errors.Is(err, ErrDamaged) {
			t.Errorf("in another place: %v", err)
		}
		if _, err := Ephemeral().Unseal("inbox/demo", sealed); !errors.Is(err, ErrOtherKey) {
			t.Errorf("with another key: %v", err)
		}
		for i := range len(sealed) {
			broken := []byte(sealed)
			broken[i] ^= 1
			if _, err := v.Unseal("inbox/demo", string(broken)); err == nil {
				t.Fatalf("with byte %d of %d changed it opens", i, len(sealed))
			}
		}
		for _, text := range []string{"", ".", sealed[:len(sealed)-1], sealed + "A", v.id + ".", v.id + ".AAAA", strings.Replace(sealed, ".", "", 1)} {
			if _, err := v.Unseal("inbox/demo", text); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrOtherKey) {
				t.Errorf("Unseal(%.40q) = %v", text, err)
			}
		}
	}
	if _, err := v.Seal("", nil); err == nil {
		t.Error("sealed without a place")
	}
}

func TestKeyIsNotPrinted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	v, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	holder := struct{ V *Vault }{v}
	for _, text := range []string{fmt.Sprint(v), fmt.Sprintf("%+v", holder), fmt.Sprintf("%#v", holder), fmt.Sprintf("%x", v)} {
		if strings.Contains(text, string(key)) || strings.Contains(text, fmt.Sprintf("%x", key)) || strings.Contains(text, v.id) {
			t.Errorf("printed: %s", text)
		}
	}
}

func TestKeyFileIsMadeOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, File)
	one, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := one.Seal("a", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	two, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := two.Unseal("a", sealed); err != nil || !bytes.Equal(got, []byte("x")) {
		t.Errorf("after a second start: %q, %v", got, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() != keyBytes || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("key file %v, %v", info, err)
	}
}

func TestUnusableKeyFileIsNamed(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 31, 33, 4096} {
		dir := t.TempDir()
		path := filepath.Join(dir, File)
		content := bytes.Repeat([]byte("k"), size)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(dir)
		var k *KeyError
		if !errors.As(err, &k) || k.Path != path || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("%d bytes: %v", size, err)
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes: the file was changed: %v", size, err)
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, File), 0o700); err != nil {
		t.Fatal(err)
	}
	var k *KeyError
	if _, err := Open(dir); !errors.As(err, &k) {
		t.Errorf("a folder: %v", err)
	}
}
