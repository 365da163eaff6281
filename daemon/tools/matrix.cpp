// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/matrix.h"

#include "daemon/tools/calculation.h"
#include "daemon/tools/decimals.h"
#include "daemon/tools/fractions.h"
#include "daemon/tools/integermatrix.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr qsizetype mostRows = 20;
constexpr qsizetype mostDigits = 20;
constexpr auto matrixForm
    = "Rows of numbers or fractions, such as [[1, 2], [\"3/2\", 4]]; at most 20 x 20, 20 digits each."_L1;

using Rows = QList<QList<FractionOrNumber>>;
using RationalMatrix = std::vector<std::vector<Rational>>;

enum class MatrixOperation { Determinant, Inverse, Product, Rank, Solve };
constexpr auto enumNames(MatrixOperation)
{
    using enum MatrixOperation;
    return std::array{wire::EnumName{Determinant, "determinant"_L1}, wire::EnumName{Inverse, "inverse"_L1},
                      wire::EnumName{Product, "product"_L1}, wire::EnumName{Rank, "rank"_L1},
                      wire::EnumName{Solve, "solve"_L1}};
}

struct MatrixInput {
    MatrixOperation operation = MatrixOperation::Determinant;
    Rows matrix;
    std::optional<Rows> other;
    std::optional<FractionList> vector;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&MatrixInput::operation>{"operation"_L1, Presence::Required,
                                           "determinant, inverse, product (matrix times other), rank, or solve "
                                           "(matrix times x = vector)."_L1},
            Field<&MatrixInput::matrix>{"matrix"_L1, Presence::Required, matrixForm},
            Field<&MatrixInput::other>{"other"_L1, Presence::Optional, "For product: the right matrix."_L1},
            Field<&MatrixInput::vector>{"vector"_L1, Presence::Optional,
                                        "For solve: the right sides, one for each row."_L1}};
    }
};

enum class Solutions { One, None, InfinitelyMany };
constexpr auto enumNames(Solutions)
{
    return std::array{wire::EnumName{Solutions::One, "one"_L1}, wire::EnumName{Solutions::None, "none"_L1},
                      wire::EnumName{Solutions::InfinitelyMany, "infinitely_many"_L1}};
}

struct MatrixOutput {
    std::optional<QString> determinant = {};
    std::optional<int> rank = {};
    std::optional<QList<QList<QString>>> matrix = {};
    std::optional<Solutions> solutions = {};
    std::optional<QList<QString>> solution = {};

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&MatrixOutput::determinant>{"determinant"_L1, Presence::Optional,
                                              "An exact number or fraction, such as -3/4."_L1},
            Field<&MatrixOutput::rank>{"rank"_L1},
            Field<&MatrixOutput::matrix>{"matrix"_L1, Presence::Optional,
                                         "The rows of the inverse or product, as exact numbers or fractions."_L1},
            Field<&MatrixOutput::solutions>{"solutions"_L1, Presence::Optional, "How many solve has."_L1},
            Field<&MatrixOutput::solution>{"solution"_L1, Presence::Optional,
                                           "The values of x if there is one solution."_L1}};
    }
};

Result<std::vector<Rational>> rowOf(const QList<FractionOrNumber> &numbers, const QString &argument)
{
    std::vector<Rational> row;
    for (const FractionOrNumber &number : numbers) {
        TRY(Rational value, number.rational(mostDigits, argument));
        row.push_back(std::move(value));
    }
    return row;
}

Result<RationalMatrix> matrixOf(const Rows &rows, const QString &argument)
{
    const auto width = rows.isEmpty() ? 0 : rows.front().size();
    if (width == 0 || width > mostRows || rows.size() > mostRows
        || std::ranges::any_of(rows, [&](const auto &row) { return row.size() != width; }))
        return failure(
            badCall(u"%1: expected 1 to %2 rows of the same length, 1 to %2."_s.arg(argument).arg(mostRows), argument));
    RationalMatrix matrix;
    for (const QList<FractionOrNumber> &numbers : rows) {
        TRY(std::vector<Rational> row, rowOf(numbers, argument));
        matrix.push_back(std::move(row));
    }
    return matrix;
}

Result<RationalMatrix> squareOf(const MatrixInput &input)
{
    TRY(RationalMatrix matrix, matrixOf(input.matrix, u"matrix"_s));
    if (matrix.size() != matrix.front().size())
        return failure(badCall(u"matrix: expected as many columns as rows."_s, u"matrix"_s));
    return matrix;
}

/// The smallest factor that makes all of a row whole.
Integer denominatorOf(const std::vector<Rational> &row)
{
    Integer common = 1;
    for (const Rational &number : row)
        common = lcm(common, number.get_den());
    return common;
}

/// Every row times its denominator: neither rank nor solutions change.
IntegerMatrix wholeRows(const RationalMatrix &matrix)
{
    IntegerMatrix whole;
    for (const auto &row : matrix) {
        const Integer factor = denominatorOf(row);
        auto &wholeRow = whole.emplace_back();
        for (const Rational &number : row)
            wholeRow.emplace_back(number.get_num() * (factor / number.get_den()));
    }
    return whole;
}

Result<MatrixOutput> determinant(const MatrixInput &input)
{
    TRY(const RationalMatrix matrix, squareOf(input));
    IntegerMatrix whole = wholeRows(matrix);
    const Elimination elimination = eliminate(whole, whole.size());
    Rational value = elimination.rank < whole.size() ? Rational(0) : Rational(elimination.pivot);
    for (const auto &row : matrix)
        value /= denominatorOf(row);
    return MatrixOutput{.determinant = fractionText(elimination.isNegated ? Rational(-value) : value)};
}

Result<MatrixOutput> rank(const MatrixInput &input)
{
    TRY(const RationalMatrix matrix, matrixOf(input.matrix, u"matrix"_s));
    IntegerMatrix whole = wholeRows(matrix);
    return MatrixOutput{.rank = int(eliminate(whole, whole.front().size()).rank)};
}

Result<MatrixOutput> inverse(const MatrixInput &input)
{
    TRY(RationalMatrix matrix, squareOf(input));
    const size_t size = matrix.size();
    for (size_t row = 0; row < size; ++row) {
        for (size_t column = 0; column < size; ++column)
            matrix[row].emplace_back(row == column ? 1 : 0);
    }
    IntegerMatrix whole = wholeRows(matrix);
    const Elimination elimination = eliminate(whole, size);
    if (elimination.rank < size)
        return failure(badCall(u"matrix: it has no inverse, its determinant is 0."_s, u"matrix"_s, u"singular"_s));
    QList<QList<QString>> rows;
    for (const auto &wholeRow : whole) {
        auto &row = rows.emplaceBack();
        for (size_t column = size; column < 2 * size; ++column)
            row.append(fractionText(Rational(wholeRow[column]) / elimination.pivot));
    }
    return MatrixOutput{.matrix = rows};
}

Result<MatrixOutput> product(const MatrixInput &input)
{
    TRY(const RationalMatrix left, matrixOf(input.matrix, u"matrix"_s));
    TRY(const RationalMatrix right, matrixOf(input.other.value_or(Rows()), u"other"_s));
    if (left.front().size() != right.size())
        return failure(badCall(u"other: expected as many rows as matrix has columns."_s, u"other"_s));
    QList<QList<QString>> rows;
    for (const auto &leftRow : left) {
        auto &row = rows.emplaceBack();
        for (size_t column = 0; column < right.front().size(); ++column) {
            Rational sum;
            for (size_t at = 0; at < right.size(); ++at)
                sum += leftRow[at] * right[at][column];
            row.append(fractionText(sum));
        }
    }
    return MatrixOutput{.matrix = rows};
}

Result<MatrixOutput> solve(const MatrixInput &input)
{
    TRY(RationalMatrix matrix, matrixOf(input.matrix, u"matrix"_s));
    TRY(const std::vector<Rational> sides, rowOf(input.vector.value_or(FractionList()).items, u"vector"_s));
    if (sides.size() != matrix.size())
        return failure(badCall(u"vector: expected one number for each row of the matrix."_s, u"vector"_s));
    const size_t unknowns = matrix.front().size();
    for (size_t row = 0; row < matrix.size(); ++row)
        matrix[row].push_back(sides[row]);
    IntegerMatrix whole = wholeRows(matrix);
    const Elimination elimination = eliminate(whole, unknowns);
    const auto zeroRows = std::ranges::subrange(whole.begin() + std::ptrdiff_t(elimination.rank), whole.end());
    if (std::ranges::any_of(zeroRows, [](const auto &row) { return sgn(row.back()) != 0; }))
        return MatrixOutput{.solutions = Solutions::None};
    if (elimination.rank < unknowns)
        return MatrixOutput{.rank = int(elimination.rank), .solutions = Solutions::InfinitelyMany};
    QList<QString> solution;
    for (size_t row = 0; row < unknowns; ++row)
        solution.append(fractionText(Rational(whole[row].back()) / elimination.pivot));
    return MatrixOutput{.solutions = Solutions::One, .solution = solution};
}

Result<MatrixOutput> calculated(const MatrixInput &input)
{
    switch (input.operation) {
    case MatrixOperation::Determinant: return determinant(input);
    case MatrixOperation::Inverse: return inverse(input);
    case MatrixOperation::Product: return product(input);
    case MatrixOperation::Rank: return rank(input);
    case MatrixOperation::Solve: return solve(input);
    }
    Q_UNREACHABLE_RETURN(failure(Error::internal(u"An unknown operation of matrices."_s)));
}

QString rowsText(const QList<QList<QString>> &rows)
{
    QStringList texts;
    for (const QList<QString> &row : rows)
        texts.append(QString(u'[' + row.join(u", "_s) + u']'));
    return QString(u'[' + texts.join(u", "_s) + u']');
}

QString solutionsText(const MatrixOutput &output)
{
    if (output.solution)
        return QString(u"x = ["_s + output.solution->join(u", "_s) + u']');
    return *output.solutions == Solutions::None ? u"There is no solution"_s : u"There are infinitely many solutions"_s;
}

QString matrixText(const MatrixInput &input, const MatrixOutput &output)
{
    switch (input.operation) {
    case MatrixOperation::Determinant: return QString(u"The determinant is "_s + *output.determinant);
    case MatrixOperation::Inverse: return QString(u"The inverse is "_s + rowsText(*output.matrix));
    case MatrixOperation::Product: return QString(u"The product is "_s + rowsText(*output.matrix));
    case MatrixOperation::Rank: return u"The rank is %1"_s.arg(*output.rank);
    case MatrixOperation::Solve: return solutionsText(output);
    }
    Q_UNREACHABLE_RETURN(QString());
}

}

ToolList matrixTools()
{
    return {calculation({.name = "matrix_calc"_L1,
                         .title = "Matrices"_L1,
                         .description = "Determinant, inverse, product and rank of matrices, and systems of linear "
                                        "equations, in exact fractions."_L1,
                         .isHeavy = true},
                        &calculated, &matrixText)};
}

}
