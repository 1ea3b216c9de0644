namespace Crescent.Cel.Typing;

/// <summary>What family a <see cref="CelType"/> belongs to.</summary>
public enum CelKind
{
    Dyn,
    Error,
    Any,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Timestamp,
    Duration,
    List,
    Map,
    Object,
    Opaque,
    Type,
    Parameter,
}
