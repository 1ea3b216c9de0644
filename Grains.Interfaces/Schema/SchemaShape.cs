namespace Crescent.Schema;

/// <summary>JSON shape of a field.</summary>
public enum SchemaShape
{
    String,
    Boolean,
    Int32,
    Int64,
    Double,

    /// <summary>Base64 text in JSON.</summary>
    Bytes,

    /// <summary>An object with known fields: <see cref="SchemaField.TypeName"/>.</summary>
    Object,

    /// <summary><c>metav1.Time</c> (RFC 3339, seconds).</summary>
    Time,

    /// <summary><c>metav1.MicroTime</c> (RFC 3339, six digits).</summary>
    MicroTime,

    /// <summary><c>metav1.Duration</c>: Go duration text.</summary>
    Duration,

    /// <summary>Number or text.</summary>
    IntOrString,

    /// <summary>Quantity text such as <c>100m</c>; JSON numbers are accepted.</summary>
    Quantity,

    /// <summary>Any JSON value (RawExtension, JSON, FieldsV1).</summary>
    Raw,
}
