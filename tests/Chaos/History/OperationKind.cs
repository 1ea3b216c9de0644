namespace Crescent.Chaos.History;

internal enum OperationKind
{
    Create = 0,

    /// <summary>PUT with the resourceVersion the client last saw.</summary>
    Replace = 1,

    /// <summary>A merge patch of one key of <c>data</c>, without a precondition.</summary>
    Patch = 2,

    Delete = 3,

    Get = 4,

    /// <summary>Of the whole namespace, consistent.</summary>
    List = 5,
}
