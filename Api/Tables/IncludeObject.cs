namespace Crescent.Api.Tables;

/// <summary>The <c>includeObject</c> query parameter of table requests.</summary>
internal enum IncludeObject
{
    /// <summary>Metadata only, the default.</summary>
    Metadata,
    None,
    Object,
}
