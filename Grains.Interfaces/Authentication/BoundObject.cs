namespace Crescent.Authentication;

/// <summary>The object a token lives and dies with.</summary>
/// <param name="Kind">Pod, Secret or Node.</param>
/// <param name="Name">Name of the object, in the account's namespace unless it is a node.</param>
/// <param name="Uid">Its uid.</param>
public sealed record BoundObject(string Kind, string Name, string Uid);
