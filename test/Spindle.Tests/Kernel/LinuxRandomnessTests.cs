using Spindle.Kernel;

namespace Spindle.Tests.Kernel;

public sealed class LinuxRandomnessTests
{
    [Fact]
    public void NextDouble_Often_LiesBetweenZeroAndOneAndDiffers()
    {
        LinuxRandomness randomness = new();

        double[] numbers = [.. Enumerable.Range(0, 1000).Select(_ => randomness.NextDouble())];

        Assert.All(numbers, number => Assert.InRange(number, 0, 0.9999999999999999));
        Assert.InRange(numbers.Average(), 0.4, 0.6);
        Assert.True(numbers.Distinct().Count() > 990);
    }
}
