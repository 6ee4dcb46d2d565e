package web

// signatureRoutes are about signing and verifying.
func (s *Server) signatureRoutes(api string) []route {
	return []route{
		{method: "GET", path: api + "/schemes", handle: s.listSchemes},
		{method: "POST", path: api + "/schemes", handle: s.createScheme},
		{method: "POST", path: api + "/schemes/check", handle: s.tryScheme},
		{method: "GET", path: api + "/schemes/{id}", handle: s.getScheme},
		{method: "PUT", path: api + "/schemes/{id}", handle: s.putScheme},
		{method: "DELETE", path: api + "/schemes/{id}", handle: s.deleteScheme},
		{method: "GET", path: api + "/schemes/{id}/code", handle: s.getSchemeCode},
		{method: "POST", path: api + "/sign", handle: s.postSign},
		{method: "POST", path: api + "/verify", handle: s.postVerify},
		{method: "GET", path: api + "/challenges", handle: s.listChallenges},
		{method: "POST", path: api + "/recheck", handle: s.postRecheck},
		{method: "GET", path: api + "/deliveries/{id}/signature", handle: s.getSignature},
		{method: "POST", path: api + "/deliveries/{id}/signature", handle: s.postSignature},
		{method: "GET", path: api + "/deliveries/{id}/signature/code", handle: s.getSignatureCode},
		{method: "GET", path: api + "/deliveries/{id}/code", handle: s.getProgram},
	}
}

// sendingRoutes are about whom events are sent to, and how.
func (s *Server) sendingRoutes(api string) []route {
	return []route{
		{method: "GET", path: api + "/endpoints", handle: s.listEndpoints},
		{method: "POST", path: api + "/endpoints", handle: s.createEndpoint},
		{method: "GET", path: api + "/endpoints/{name}", handle: s.getEndpoint},
		{method: "PUT", path: api + "/endpoints/{name}", handle: s.putEndpoint},
		{method: "DELETE", path: api + "/endpoints/{name}", handle: s.deleteEndpoint},
		{method: "POST", path: api + "/endpoints/{name}/secret", handle: s.rotateSecret},
		{method: "POST", path: api + "/endpoints/{name}/ping", handle: s.pingEndpoint},
		{method: "POST", path: api + "/endpoints/{name}/backfill", handle: s.postBackfill},
		{method: "POST", path: api + "/events", handle: s.postEvent},
		{method: "POST", path: api + "/deliveries/{id}/resend", handle: s.postResend},
		{method: "POST", path: api + "/deliveries/{id}/try-now", handle: s.postTryNow},
		{method: "POST", path: api + "/deliveries/{id}/stop", handle: s.postStop},
		{method: "GET", path: api + "/settings", handle: s.getSettings},
		{method: "PUT", path: api + "/settings", handle: s.putSettings},
		{method: "GET", path: api + "/settings/capture", handle: s.getBounds},
		{method: "PUT", path: api + "/settings/capture", handle: s.putBounds},
		{method: "GET", path: api + "/settings/mask", handle: s.getMask},
		{method: "PUT", path: api + "/settings/mask", handle: s.putMask},
	}
}

// runRoutes are about long jobs and portable data.
func (s *Server) runRoutes(api string) []route {
	return []route{
		{method: "GET", path: api + "/runs", handle: s.listRuns},
		{method: "POST", path: api + "/runs", handle: s.postRun},
		{method: "GET", path: api + "/runs/{id}", handle: s.getRun},
		{method: "POST", path: api + "/runs/{id}/pause", handle: s.pauseRun},
		{method: "POST", path: api + "/runs/{id}/resume", handle: s.resumeRun},
		{method: "POST", path: api + "/runs/{id}/cancel", handle: s.cancelRun},
		{method: "POST", path: api + "/runs/{id}/retry-failed", handle: s.retryRun},
		{method: "GET", path: api + "/runs/{id}/failures", handle: s.getFailures},
		{method: "GET", path: api + "/export", handle: s.getExport, noHead: true},
		{method: "POST", path: api + "/import", handle: s.postImport},
	}
}

// catalogRoutes are about what can be sent.
func (s *Server) catalogRoutes(api string) []route {
	const event = "/catalog/{provider}/{event}"
	return []route{
		{method: "GET", path: api + "/catalog", handle: s.listProviders},
		{method: "POST", path: api + "/catalog", handle: s.addProvider},
		{method: "GET", path: api + "/catalog/{provider}", handle: s.getProvider},
		{method: "DELETE", path: api + "/catalog/{provider}", handle: s.deleteProvider},
		{method: "GET", path: api + event, handle: s.getEventType},
		{method: "GET", path: api + event + "/sample", handle: s.getSample},
		{method: "POST", path: api + event + "/validate", handle: s.postValidate},
		{method: "GET", path: api + event + "/drift", handle: s.getDrift},
		{method: "GET", path: api + event + "/subscribers", handle: s.getSubscribers},
	}
}
