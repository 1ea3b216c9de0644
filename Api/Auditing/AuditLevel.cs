namespace Crescent.Api.Auditing;

/// <summary>How much is noted of a request.</summary>
internal enum AuditLevel
{
    None,
    Metadata,
    Request,
    RequestResponse,
}
