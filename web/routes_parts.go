package web

// signatureRoutes are about signing and verifying.
func (s *Server) signatureRoutes(api string) []route {
	return []route{
		{method: "GET", path: api + "/schemes", handle: s.listSchemes},
		{method: "POST", path: api + "/schemes/check", handle: s.tryScheme},
		{method: "GET", path: api + "/schemes/{id}", handle: s.getScheme},
		{method: "GET", path: api + "/schemes/{id}/code", handle: s.getSchemeCode},
		{method: "POST", path: api + "/sign", handle: s.postSign},
	}
}
