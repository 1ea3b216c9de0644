using Crescent.Cel.Libraries;
using Crescent.Cel.Typing;

namespace Crescent.Cel;

/// <summary>Types of Kubernetes' libraries that variables can have.</summary>
public static class CelTypes
{
    public static CelType Quantity => QuantityLibrary.Quantity;

    /// <summary>Of the variable <c>authorizer</c>.</summary>
    public static CelType Authorizer => AuthorizerLibrary.Authorizer;

    /// <summary>Of the variable <c>authorizer.requestResource</c>.</summary>
    public static CelType ResourceCheck => AuthorizerLibrary.Resource;
}
