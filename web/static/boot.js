// @ts-check
// Runs before the first paint, so that the chosen theme never flashes.
try {
  const root = document.documentElement;
  const theme = localStorage.getItem('boathook.theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const density = localStorage.getItem('boathook.density');
  if (density === 'compact') root.dataset.density = density;
} catch {
  // Storage may be switched off; the system's theme is used then.
}
