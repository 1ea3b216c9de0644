namespace Crescent.Api.Responses;

/// <summary>The form a client asked for with <c>as=</c>.</summary>
internal enum ResponseShape
{
    /// <summary>The object itself.</summary>
    Object,

    /// <summary><c>as=Table</c>.</summary>
    Table,

    /// <summary><c>as=PartialObjectMetadata</c> or <c>PartialObjectMetadataList</c>.</summary>
    Metadata,
}
