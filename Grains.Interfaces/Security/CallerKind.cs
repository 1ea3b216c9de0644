namespace Crescent.Security;

/// <summary>Who a call token was issued to.</summary>
public enum CallerKind
{
    /// <summary>A node's agent: reaches the node's own grain.</summary>
    Node,

    /// <summary>An API host outside the silos: reaches what the API needs.</summary>
    FrontEnd,
}
