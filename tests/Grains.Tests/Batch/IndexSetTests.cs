using Crescent.Grains.Batch.Jobs;
using Xunit;

namespace Crescent.Grains.Tests.Batch;

public sealed class IndexSetTests
{
    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("0-2,5,7,8")]
    public void Format_OfWhatWasParsed_IsTheSame(string text) => Assert.Equal(text, IndexSet.Format(IndexSet.Parse(text)));
}
