package instance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/boathook/boathook/web"
)

// tokenChars is the shortest token that is taken: 192 bit or more.
const tokenChars = 32

// Token returns the token of a data folder, which the first call makes.
func Token(dir string) (string, error) {
	path := filepath.Join(dir, "token")
	data, err := os.ReadFile(path)
	switch token := strings.TrimSpace(string(data)); {
	case err == nil && len(token) >= tokenChars:
		return token, os.Chmod(path, 0o600)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("read the token: %w", err)
	}
	token := web.NewToken()
	if err := writeSecret(path, []byte(token+"\n")); err != nil {
		return "", fmt.Errorf("write the token: %w", err)
	}
	return token, nil
}
